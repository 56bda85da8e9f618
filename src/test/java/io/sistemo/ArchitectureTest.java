package io.sistemo;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of ARCHITECTURE.md: which package may use which, and who alone may touch the database and the kernel. */
class ArchitectureTest {
    private static final Pattern OUR_PACKAGE = Pattern.compile("io\\.sistemo\\.(\\w+)(\\..*)?");

    /** {@code io.sistemo} itself is {@code Main}, which only dispatches. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("", Set.of("api", "cli", "daemon")),
            Map.entry("cli", Set.of("api")),
            Map.entry("api", Set.of()),
            Map.entry("server", Set.of("api", "access", "machine", "volume", "network", "image", "guest", "operation")),
            Map.entry("access", Set.of("operation", "host", "store")),
            Map.entry(
                    "daemon",
                    Set.of(
                            "api",
                            "server",
                            "access",
                            "machine",
                            "volume",
                            "network",
                            "image",
                            "guest",
                            "vmm",
                            "claim",
                            "operation",
                            "store",
                            "host")),
            // Its claims on processes and directories are made and watched by its own driver.
            Map.entry(
                    "machine",
                    Set.of("host", "volume", "network", "image", "guest", "vmm", "claim", "operation", "store")),
            Map.entry("volume", Set.of("claim", "operation", "host", "store")),
            Map.entry("network", Set.of("claim", "operation", "host", "store")),
            // An image is an owner: its file and its workspace stand in the ledger like everything else that is
            // durable.
            Map.entry("image", Set.of("claim", "operation", "host", "store")),
            Map.entry("guest", Set.of("host")),
            Map.entry("vmm", Set.of("claim", "host")),
            Map.entry("claim", Set.of("store")),
            Map.entry("operation", Set.of("store")),
            Map.entry("store", Set.of()),
            Map.entry("host", Set.of()));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.sistemo")
            .that(are("written by us", type -> !isGenerated(type)));

    @Test
    void packagesUseOnlyWhatTheTableAllows() {
        classes().should(useOnlyWhatTheTableAllows()).check(CLASSES);
    }

    @Test
    void everyPackageIsInTheTable() {
        assertThat(CLASSES.stream().map(ArchitectureTest::packageOf).collect(Collectors.toSet()))
                .isSubsetOf(MAY_USE.keySet());
    }

    @Test
    void noCycles() {
        slices().matching("io.sistemo.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        Set<String> described = CLASSES.stream()
                .filter(type -> type.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackageName)
                .collect(Collectors.toSet());
        assertThat(CLASSES.stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> !name.equals("io.sistemo"))
                        .collect(Collectors.toSet()))
                .isSubsetOf(described);
    }

    @Test
    void onlyTablesSpeakSql() {
        classes()
                .that(are(
                        "outside store and not a table",
                        type -> !packageOf(type).equals("store")
                                && !outermost(type).getSimpleName().endsWith("Table")))
                .should(leaveTheDatabaseToTables())
                .check(CLASSES);
    }

    /** A transaction may be handed on as a Connection, and its failure as an SQLException; nobody else calls either. */
    private static ArchCondition<JavaClass> leaveTheDatabaseToTables() {
        Set<String> handedOn = Set.of("java.sql.Connection", "java.sql.SQLException");
        return new ArchCondition<>("not call the database") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> isDatabase(dependency.getTargetClass()))
                        .filter(dependency ->
                                !handedOn.contains(dependency.getTargetClass().getName()))
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(type, dependency.getDescription())));
                type.getMethodCallsFromSelf().stream()
                        .filter(call -> call.getTargetOwner().isEquivalentTo(java.sql.Connection.class))
                        .forEach(call -> events.add(SimpleConditionEvent.violated(type, call.getDescription())));
            }
        };
    }

    private static boolean isDatabase(JavaClass type) {
        return type.getPackageName().startsWith("java.sql")
                || type.getPackageName().startsWith("javax.sql")
                || type.getPackageName().startsWith("org.sqlite");
    }

    @Test
    void onlyHostCallsTheKernel() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sistemo.host..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .check(CLASSES);
    }

    /** The one exception: the CLI runs {@code ssh} for an interactive session and {@code stty} for its terminal. */
    @Test
    void onlyHostStartsProgramsAndTwoNamedClassesOfTheCli() {
        Set<String> starters = CLASSES.stream()
                .filter(type -> !packageOf(type).equals("host"))
                .filter(ArchitectureTest::startsPrograms)
                .map(type -> outermost(type).getName())
                .collect(Collectors.toSet());
        assertThat(starters).isSubsetOf("io.sistemo.cli.SshCommand", "io.sistemo.cli.RawTerminal");
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Manager|Helper|Utils?|Impl)([A-Z$].*)?")
                .check(CLASSES);
    }

    private static boolean startsPrograms(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency -> dependency.getTargetClass().isEquivalentTo(ProcessBuilder.class))
                || type.getMethodCallsFromSelf().stream()
                        .anyMatch(call -> call.getTargetOwner().isEquivalentTo(Runtime.class)
                                && call.getName().equals("exec"));
    }

    private static ArchCondition<JavaClass> useOnlyWhatTheTableAllows() {
        return new ArchCondition<>("use only the packages that the table allows") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String from = packageOf(type);
                Set<String> allowed = MAY_USE.getOrDefault(from, Set.of());
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass();
                    boolean ours = target.getPackageName().startsWith("io.sistemo");
                    String to = packageOf(target);
                    if (isGenerated(target)) {
                        continue;
                    }
                    if (ours && !to.equals(from) && !allowed.contains(to)) {
                        events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
                    }
                }
            }
        };
    }

    private static DescribedPredicate<JavaClass> are(String description, java.util.function.Predicate<JavaClass> test) {
        return DescribedPredicate.describe(description, test);
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    /** The JSON adapters that the annotation processor writes. */
    private static boolean isGenerated(JavaClass type) {
        return type.getPackageName().endsWith(".jsonb") || type.getSimpleName().endsWith("JsonAdapter");
    }

    /** The package below {@code io.sistemo}: {@code vmm} for {@code io.sistemo.vmm.qemu}, empty for itself. */
    private static String packageOf(JavaClass type) {
        Matcher matcher = OUR_PACKAGE.matcher(type.getPackageName());
        return matcher.matches() ? matcher.group(1) : "";
    }
}

package io.sistemo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CaseLabelTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConstantCaseLabelTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The bounds of CONTRIBUTING.md, checked on the sources as the compiler parses them. */
class StyleTest {
    private static final int FILE_LINES = 400;
    private static final int METHOD_LINES = 60;
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    @Test
    void filesAreShort() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources()) {
            int lines = Files.readAllLines(file).size();
            if (lines > FILE_LINES) {
                tooLong.add(file + ": " + lines + " lines, at most " + FILE_LINES);
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void nothingIsLeftForLater() throws IOException {
        List<String> unfinished = new ArrayList<>();
        for (Path file : sources()) {
            if (UNFINISHED.matcher(Files.readString(file)).find()) {
                unfinished.add(file.toString());
            }
        }
        assertThat(unfinished).isEmpty();
    }

    @Test
    void methodsAreShortAndSwitchesSayEveryCase() throws IOException {
        List<String> problems = problemsOf(sources());
        assertThat(problems).isEmpty();
    }

    @Test
    void theRulesCanFail() throws IOException {
        Path directory = Files.createTempDirectory("style");
        Path bad = directory.resolve("Bad.java");
        try {
            Files.writeString(
                    bad,
                    "class Bad { enum E { A, B } int f(E e) { return switch (e) { case A -> 1; default -> 2; }; }\n"
                            + "void tooLong() {\n" + ";\n".repeat(METHOD_LINES) + "} }\n",
                    StandardCharsets.UTF_8);
            assertThat(problemsOf(List.of(bad)))
                    .anySatisfy(problem -> assertThat(problem).contains("default"))
                    .anySatisfy(problem -> assertThat(problem).contains("lines"));
        } finally {
            Files.deleteIfExists(bad);
            Files.delete(directory);
        }
    }

    private static List<Path> sources() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String root : List.of("src/main/java", "src/test/java", "src/hosttest/java", "src/e2e/java", "bench")) {
            Path directory = Path.of(root);
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.walk(directory)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(all::add);
                }
            }
        }
        return all;
    }

    private static List<String> problemsOf(List<Path> files) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager fileObjects =
                compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null,
                    fileObjects,
                    null,
                    List.of("-proc:none"),
                    null,
                    fileObjects.getJavaFileObjectsFromPaths(files));
            List<String> problems = new ArrayList<>();
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            List<CompilationUnitTree> units = new ArrayList<>();
            task.parse().forEach(units::add);
            Set<String> constants = new HashSet<>();
            units.forEach(unit -> new EnumConstants(constants).scan(unit, null));
            units.forEach(unit -> new Rules(unit, positions, constants, problems).scan(unit, null));
            return problems;
        }
    }

    private static final class EnumConstants extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final Set<String> names;

        EnumConstants(Set<String> names) {
            this.names = names;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
            if (type.getKind() == Tree.Kind.ENUM) {
                type.getMembers().stream()
                        .filter(VariableTree.class::isInstance)
                        .map(VariableTree.class::cast)
                        .filter(field -> field.getType() instanceof IdentifierTree declared
                                && declared.getName().equals(type.getSimpleName()))
                        .forEach(constant -> names.add(constant.getName().toString()));
            }
            return super.visitClass(type, null);
        }
    }

    private static final class Rules extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final Set<String> enumConstants;
        private final List<String> problems;

        Rules(CompilationUnitTree unit, SourcePositions positions, Set<String> enumConstants, List<String> problems) {
            this.unit = unit;
            this.positions = positions;
            this.enumConstants = enumConstants;
            this.problems = problems;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
            if (method.getBody() != null) {
                long lines = line(positions.getEndPosition(unit, method.getBody()))
                        - line(positions.getStartPosition(unit, method.getBody()))
                        + 1;
                if (lines >= METHOD_LINES) {
                    problem(method, method.getName() + " has " + lines + " lines, under " + METHOD_LINES + " allowed");
                }
            }
            return super.visitMethod(method, null);
        }

        @Override
        public @Nullable Void visitSwitch(SwitchTree tree, @Nullable Void nothing) {
            checkCases(tree, tree.getCases());
            return super.visitSwitch(tree, null);
        }

        @Override
        public @Nullable Void visitSwitchExpression(SwitchExpressionTree tree, @Nullable Void nothing) {
            checkCases(tree, tree.getCases());
            return super.visitSwitchExpression(tree, null);
        }

        /** A switch over an enum that has a default does not say what happens to a constant that comes later. */
        private void checkCases(Tree tree, List<? extends CaseTree> cases) {
            List<CaseLabelTree> labels = new ArrayList<>();
            cases.forEach(each -> labels.addAll(each.getLabels()));
            boolean hasDefault = labels.stream().anyMatch(DefaultCaseLabelTree.class::isInstance);
            boolean overEnum = labels.stream()
                    .anyMatch(label -> label instanceof ConstantCaseLabelTree constant
                            && constant.getConstantExpression() instanceof IdentifierTree name
                            && enumConstants.contains(name.getName().toString()));
            if (hasDefault && overEnum) {
                problem(tree, "a default in a switch over an enum");
            }
        }

        private void problem(Tree tree, String what) {
            problems.add(
                    unit.getSourceFile().getName() + ":" + line(positions.getStartPosition(unit, tree)) + ": " + what);
        }

        private long line(long position) {
            return unit.getLineMap().getLineNumber(position);
        }
    }
}

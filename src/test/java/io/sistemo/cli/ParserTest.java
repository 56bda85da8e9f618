package io.sistemo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParserTest {
    private final CommandTable table = new CommandTable();

    private static List<String> words(String line) {
        return line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
    }

    private Invocation run(String line) {
        return ((Parser.Parsed.Run) Parser.parse(table, words(line))).invocation();
    }

    @ParameterizedTest
    @CsvSource({
        "machine ls, machine list",
        "vm list, machine list",
        "vm rm web, machine delete",
        "machine remove web, machine delete",
        "machine destroy web, machine delete",
        "machine show web, machine status",
        "vm info web, machine status",
        "image ls, image list",
        "image rm debian, image delete",
        "history, history",
        "-o json machine list, machine list",
        "--data-dir /x -y machine list -o text, machine list",
    })
    void findsCommandsByNameAndAlias(String line, String path) {
        assertThat(run(line).command().path()).isEqualTo(path);
    }

    /** No volume that somebody asked for is left out. */
    @Test
    void volumesMayBeNamedTogetherOrOneByOne() {
        assertThat(run("machine deploy debian --attach a,b --attach c").find(CommandTable.ATTACH))
                .contains("a,b,c");
    }

    @Test
    void optionsAreTypedAndMayStandAnywhere() {
        for (String line : List.of(
                "machine deploy debian --name web --memory 2G --vcpus 4 -o json",
                "-o=json machine deploy --name=web --memory=2GB debian --vcpus=4",
                "machine --output json deploy --vcpus 4 --name web --memory 2048 debian",
                "machine deploy --name old --name web --memory 2G --vcpus 4 -o json -- debian")) {
            Invocation invocation = run(line);
            assertThat(invocation.arguments()).as(line).containsExactly("debian");
            assertThat(invocation.find(CommandTable.NAME)).contains("web");
            assertThat(invocation.find(CommandTable.MEMORY)).contains(2048L);
            assertThat(invocation.find(CommandTable.VCPUS)).contains(4);
            assertThat(invocation.find(CommandTable.STORAGE)).isEmpty();
            assertThat(invocation.find(GlobalOptions.OUTPUT)).contains("json");
            assertThat(invocation.has(GlobalOptions.YES)).isFalse();
        }
    }

    @Test
    void whatFollowsTheNameBelongsToTheGuestsCommand() {
        assertThat(run("machine exec web ls -l --help -y").arguments())
                .containsExactly("web", "ls", "-l", "--help", "-y");
        assertThat(run("machine exec web -- ls -l").arguments()).containsExactly("web", "ls", "-l");
        assertThat(run("machine exec web echo -- x").arguments()).containsExactly("web", "echo", "--", "x");
        assertThat(run("machine ssh web -- uname -r").arguments()).containsExactly("web", "uname", "-r");
        Invocation exec = run("machine exec -t --timeout 5 web top -d 1 -t");
        assertThat(exec.has(CommandTable.TTY)).isTrue();
        assertThat(exec.find(CommandTable.TIMEOUT)).contains(5);
        assertThat(exec.arguments()).containsExactly("web", "top", "-d", "1", "-t");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "mahcine list | unknown command \"mahcine\"; did you mean machine?",
                "machine lst | unknown command \"machine lst\"; did you mean list?",
                "vm depoly debian | unknown command \"machine depoly\"; did you mean deploy?",
                "list | unknown command \"list\"; see: sistemo --help",
                "machine disk | unknown command \"machine disk\"; see: sistemo machine --help",
                "machine volum attach x y | unknown command \"machine volum\"; did you mean volume?",
                "vm volume atach x y | unknown command \"machine volume atach\"; did you mean attach?",
                "machine list --ouput json | unknown option --ouput for machine list; did you mean --output?",
                "machine deploy debian --nmae web | unknown option --nmae for machine deploy; did you mean --name?",
                "machine deploy --storag=5 x | unknown option --storag for machine deploy; did you mean --storage?",
                "machine list -x | unknown option -x for machine list",
                "machine list --name x | unknown option --name for machine list",
                "machine deploy --name | option --name needs a value: --name NAME",
                "machine deploy --name --vcpus 2 | option --name needs a value: --name NAME",
                "machine deploy debian --vcpus two | option --vcpus: \"two\" is not a number between 1 and 2147483647",
                "machine deploy debian --vcpus 0 | option --vcpus: \"0\" is not a number between 1 and 2147483647",
                "machine deploy debian --name= | option --name: the value is empty",
                "machine deploy debian --restart never | option --restart: \"never\" is not one of no, on-failure, always",
                "machine list -o yaml | option -o: \"yaml\" is not one of text, json",
                "machine list --yes=no | option --yes takes no value",
                "machine status | machine status needs more: sistemo machine status NAME",
                "machine exec web | machine exec needs more: sistemo machine exec NAME COMMAND...",
                "machine start web db | \"db\" is too much: sistemo machine start NAME",
                "machine list web | \"web\" is too much: sistemo machine list",
                "machine status -- -x y | \"y\" is too much: sistemo machine status NAME",
            })
    void aLineThatMakesNoSenseIsOneLineWithTheNearestSuggestion(String line, String message) {
        assertThatThrownBy(() -> Parser.parse(table, words(line)))
                .isInstanceOf(UsageError.class)
                .hasMessage(message);
    }

    @Test
    void anEmptyNameNeverBecomesARequest() {
        assertThatThrownBy(() -> Parser.parse(table, List.of("machine", "delete", "", "-y")))
                .hasMessageContaining("the name is empty");
    }

    @Test
    void helpIsForWhatWasNamed() {
        for (String line :
                List.of("machine deploy --help", "help machine deploy", "vm -h deploy", "machine deploy x -h")) {
            var help = (Parser.Parsed.Help) Parser.parse(table, words(line));
            assertThat(help.command()).as(line).map(Command::name).contains("deploy");
            assertThat(help.asked()).isTrue();
        }
        var group = (Parser.Parsed.Help) Parser.parse(table, words("vm"));
        assertThat(group.group().map(CommandTable.Group::name)).contains("machine");
        assertThat(group.asked()).isFalse();
        assertThat(Parser.parse(table, List.of()))
                .isEqualTo(new Parser.Parsed.Help(Optional.empty(), Optional.empty(), false));
        assertThat(Parser.parse(table, words("machine --version"))).isEqualTo(new Parser.Parsed.Version());
    }

    @Test
    void noWordOrOptionMeansTwoThings() {
        for (CommandTable.Group group : table.groups()) {
            assertThat(wordsOf(table.commandsOf(group.name()))).doesNotHaveDuplicates();
        }
        List<String> top = wordsOf(table.commandsOf(""));
        table.groups().forEach(group -> {
            top.add(group.name());
            top.addAll(group.aliases());
        });
        assertThat(top).doesNotHaveDuplicates();
        for (Command command : table.commands()) {
            List<Option<?>> options = new ArrayList<>(command.options());
            options.addAll(GlobalOptions.ALL);
            assertThat(options).as(command.path()).extracting(Option::name).doesNotHaveDuplicates();
            assertThat(options.stream().map(Option::letter).filter(letter -> !letter.isEmpty()))
                    .doesNotHaveDuplicates();
            assertThat(command.group().isEmpty()
                            || table.findGroup(command.group()).isPresent())
                    .as(command.path())
                    .isTrue();
        }
    }

    private static List<String> wordsOf(List<Command> commands) {
        List<String> words = new ArrayList<>();
        commands.forEach(command -> {
            words.add(command.name());
            words.addAll(command.aliases());
        });
        return words;
    }

    @ParameterizedTest
    @CsvSource({"a, a, 0", "ab, ba, 1", "list, lst, 1", "'', abc, 3", "machine, mahcine, 1", "kitten, sitting, 3"})
    void distanceCountsLetters(String a, String b, int distance) {
        assertThat(Suggestion.distance(a, b)).isEqualTo(distance);
    }
}

package io.sistemo.cli;

import io.sistemo.api.PortRuleRequest;
import io.sistemo.cli.Command.Arguments;
import io.sistemo.cli.Command.Kind;
import java.util.List;
import java.util.Optional;

/** Every command there is, in the order of the help. */
final class CommandTable {
    /**
     * A word that stands before other commands; or two, for a group within another.
     *
     * @param name the word, or both
     * @param aliases other words for it
     * @param summary one line, without a full stop
     */
    record Group(String name, List<String> aliases, String summary) {
        boolean isInner() {
            return name.indexOf(' ') >= 0;
        }

        String lastWord() {
            return name.substring(name.lastIndexOf(' ') + 1);
        }
    }

    static final Option<String> NAME = Option.text("name", "NAME", "name of the machine (default: the image's name)");
    static final Option<Integer> VCPUS = Option.number("vcpus", "N", "virtual CPUs (default 2)", 1, Integer.MAX_VALUE);
    static final Option<Long> MEMORY = Option.size("memory", "memory (default 512MB)");
    static final Option<Long> STORAGE = Option.size("storage", "size of the root volume (default 2GB)");
    static final Option<String> NETWORK = Option.text("network", "NAME", "network to be on (default: default)");
    static final Option<String> SUBNET =
            Option.text("subnet", "CIDR", "its addresses, as 192.168.50.0/24 (default: some that are free)");
    static final Option<String> VOLUME =
            Option.text("volume", "VOL", "boot this existing root volume instead of an image");
    static final Option<String> RESTART = Option.choice(
            "restart", "", "when to start it again after it ended by itself", List.of("no", "on-failure", "always"));
    static final Option<String> ATTACH = Option.names(
            "attach", "VOL[,VOL]", "attach these volumes as its data disks, in this order; may be repeated");
    static final Option<List<PortRuleRequest>> EXPOSE = Option.repeated(new Option<>(
            "expose",
            "",
            "[ADDRESS:][HOST:]MACHINE[/udp]",
            "let this port of the host lead to it; may be repeated",
            List.of(),
            PortRules::parse));
    static final Option<String> VOLUME_NAME = Option.text("name", "NAME", "name of the volume (default: made up)");
    static final Option<String> IMPORT_NAME =
            Option.text("name", "NAME", "name of the volume (default: the file's, without its ending)");
    static final Option<String> ROLE = Option.choice(
            "role", "", "root when a system is on it that machines can boot (default data)", List.of("data", "root"));
    static final Option<String> IMPORT_SHA256 =
            Option.text("sha256", "HEX", "refuse a file that has another SHA-256 than this");
    static final Option<Boolean> PRESERVE_STORAGE = Option.flag("preserve-storage", "", "keep the root volume");
    static final Option<Boolean> TTY = Option.flag("tty", "t", "give the command a terminal");
    static final Option<Integer> TIMEOUT =
            Option.number("timeout", "SECONDS", "end the command after so long (exit code 124)", 1, 7 * 24 * 3600);
    static final Option<Integer> LIMIT = Option.number("limit", "N", "at most so many entries (default 20)", 1, 1000);
    static final Option<String> ACTION =
            Option.text("action", "ACTION", "only this action, for example machine.deploy");
    static final Option<String> TARGET = Option.text("target", "NAME", "only this machine, volume, network or image");
    static final Option<String> IMAGE = Option.text("image", "NAME", "also prepare this image, for example debian");

    static final Option<String> FIRECRACKER =
            Option.text("firecracker", "FILE|URL", "take Firecracker from this archive of a release");
    static final Option<String> SHA256 =
            Option.text("sha256", "HEX", "the archive's checksum, when it is not the pinned release's");

    static final List<String> DELETE_ALIASES = List.of("rm", "remove", "destroy");
    static final List<String> LIST_ALIASES = List.of("ls");
    private static final List<String> SHOW_ALIASES = List.of("show", "info");

    private final List<Group> groups = List.of(
            new Group("machine", List.of("vm"), "Machines: deploy, list, start, stop, ssh, exec"),
            new Group("machine volume", List.of("vm volume"), "A machine's data disks"),
            new Group("volume", List.of(), "Volumes: disks that outlive machines"),
            new Group("network", List.of("net"), "Networks that keep machines apart"),
            new Group("image", List.of(), "Images that machines are made from"));

    private final List<Command> commands = List.of(
            machine(
                    "deploy",
                    List.of(),
                    "Create and boot a machine, and wait until it answers",
                    """
                    IMAGE is an image's name or the path of an ext4 file. Sizes are 512, 512MB, 2G or 2GB; a bare number
                    is MB. Ctrl-C cancels and takes back what was made.\
                    """,
                    new Arguments("[IMAGE]", 0, 1, false, Kind.IMAGE),
                    List.of(NAME, VCPUS, MEMORY, STORAGE, NETWORK, VOLUME, ATTACH, EXPOSE, RESTART),
                    List.of(
                            "sistemo machine deploy debian --name web --expose 8080:80",
                            "sistemo machine deploy debian --name db --vcpus 4 --memory 2G --storage 20GB",
                            "sistemo machine deploy --volume web-root --name web2 --attach appdata"),
                    MachineCommands::deploy),
            machine(
                    "list",
                    LIST_ALIASES,
                    "List machines",
                    "",
                    Arguments.NONE,
                    List.of(),
                    List.of(),
                    MachineCommands::list),
            ofMachine("status", SHOW_ALIASES, "Show all about a machine", "", MachineCommands::status),
            ofMachine("start", List.of(), "Boot a stopped machine again", "", MachineCommands::start),
            ofMachine(
                    "stop",
                    List.of(),
                    "Shut a machine down",
                    "Its disk, address and port rules are kept.",
                    MachineCommands::stop),
            ofMachine("restart", List.of(), "Stop and start a machine", "", MachineCommands::restart),
            ofMachine(
                    "pause",
                    List.of(),
                    "Let a machine stand still",
                    "Its memory is kept, until it goes on or the host is started again.",
                    MachineCommands::pause),
            ofMachine("resume", List.of(), "Let a paused machine go on", "", MachineCommands::resume),
            ofMachine(
                    "stats",
                    List.of(),
                    "Show what a machine uses",
                    "Counters begin with its start.",
                    StatsCommands::stats),
            machine(
                    "top",
                    List.of(),
                    "Show what all machines use, busiest first",
                    "On a terminal it is drawn anew every two seconds until q or Ctrl-C is typed.",
                    Arguments.NONE,
                    List.of(),
                    List.of(),
                    StatsCommands::top),
            machine(
                    "delete",
                    DELETE_ALIASES,
                    "Delete a machine and its root volume",
                    "Data volumes are always detached and kept. Asks first; without a terminal it needs -y.",
                    Arguments.MACHINE,
                    List.of(PRESERVE_STORAGE),
                    List.of("sistemo machine delete web", "sistemo machine delete web -y --preserve-storage"),
                    MachineCommands::delete),
            machine(
                    "ssh",
                    List.of(),
                    "Log in to a machine, or run a command there, with ssh",
                    "Uses Sistemo's own key and knows the machine's host key. Exits as ssh does.",
                    new Arguments("NAME [-- COMMAND...]", 1, Integer.MAX_VALUE, true, Kind.MACHINE),
                    List.of(),
                    List.of("sistemo machine ssh web", "sistemo machine ssh web -- journalctl -n 20"),
                    SshCommand::run),
            machine(
                    "exec",
                    List.of(),
                    "Run a command in a machine",
                    """
                    The arguments are joined by spaces and run by the machine's shell, as ssh does; options after NAME belong
                    to the command. Standard input, output and error are streamed. Exits with the command's own code;
                    124 when the timeout ended it, 125 when Sistemo failed before it ran or its code is unknown.\
                    """,
                    new Arguments("NAME COMMAND...", 2, Integer.MAX_VALUE, true, Kind.MACHINE),
                    List.of(TTY, TIMEOUT),
                    List.of(
                            "sistemo machine exec web uname -r",
                            "sistemo machine exec web 'cat > /etc/motd' < motd",
                            "sistemo machine exec -t web top"),
                    ExecCommand::run),
            ofMachine(
                    "logs", List.of(), "Show what a machine printed on its serial console", "", MachineCommands::logs),
            ForwardCommands.EXPOSE,
            ForwardCommands.UNEXPOSE,
            VolumeCommands.ATTACH,
            VolumeCommands.DETACH,
            VolumeCommands.CREATE,
            VolumeCommands.LIST,
            VolumeCommands.SHOW,
            VolumeCommands.RESIZE,
            VolumeCommands.DELETE,
            VolumeCommands.CLONE,
            VolumeFiles.EXPORT,
            VolumeFiles.IMPORT,
            VolumeCommands.RECOVER,
            NetworkCommands.CREATE,
            NetworkCommands.LIST,
            NetworkCommands.DELETE,
            new Command(
                    "image",
                    "list",
                    LIST_ALIASES,
                    "List images",
                    "",
                    Arguments.NONE,
                    List.of(),
                    List.of(),
                    ImageCommands::list),
            new Command(
                    "image",
                    "pull",
                    List.of(),
                    "Get an image ahead, so that deploys need not",
                    "NAME is a known image (debian) or the path of an ext4 file. Ctrl-C cancels.",
                    new Arguments("NAME", 1, 1, false, Kind.IMAGE),
                    List.of(),
                    List.of("sistemo image pull debian", "sistemo image pull ./appliance.ext4"),
                    ImageCommands::pull),
            new Command(
                    "image",
                    "delete",
                    DELETE_ALIASES,
                    "Delete an image",
                    "Machines made from it keep their disks.",
                    new Arguments("NAME", 1, 1, false, Kind.IMAGE),
                    List.of(),
                    List.of(),
                    ImageCommands::delete),
            new Command(
                    "",
                    "history",
                    List.of(),
                    "Show what was done, newest first",
                    "",
                    Arguments.NONE,
                    List.of(LIMIT, ACTION, TARGET),
                    List.of("sistemo history --limit 50 --target web"),
                    HostCommands::history),
            new Command(
                    "",
                    "config",
                    List.of(),
                    "Show the daemon's configuration and where each value came from",
                    "",
                    Arguments.NONE,
                    List.of(),
                    List.of(),
                    HostCommands::config),
            new Command(
                    "",
                    "doctor",
                    List.of(),
                    "Check the installation, with a fix for what is wrong",
                    "Asks the daemon when it runs, else looks by itself. Exits with 1 when something is wrong.",
                    Arguments.NONE,
                    List.of(),
                    List.of(),
                    HostCommands::doctor),
            new Command(
                    "",
                    "install",
                    List.of(),
                    "Prepare the data directory: keys, VMM, kernel, initramfs, image",
                    "Needs root but no daemon; may be repeated. Afterwards a deploy needs no network.\n"
                            + "Where there is a KVM, Firecracker is fetched too; nothing is unpacked whose checksum does"
                            + " not match.",
                    Arguments.NONE,
                    List.of(IMAGE, FIRECRACKER, SHA256),
                    List.of(
                            "sudo sistemo install --image debian",
                            "sudo sistemo install --firecracker firecracker-v1.16.1-x86_64.tgz"),
                    HostCommands::local),
            new Command(
                    "",
                    "up",
                    List.of(),
                    "Run the daemon in the foreground (root)",
                    "Ends on SIGTERM or Ctrl-C; machines stay up.",
                    Arguments.NONE,
                    List.of(),
                    List.of("sudo sistemo up"),
                    HostCommands::local),
            new Command(
                    "",
                    "completion",
                    List.of(),
                    "Print a completion script for your shell",
                    "",
                    new Arguments("bash|zsh|fish", 1, 1, false, Kind.SHELL),
                    List.of(),
                    List.of("source <(sistemo completion bash)", "sistemo completion fish | source"),
                    HostCommands::completion),
            new Command(
                    "",
                    "version",
                    List.of(),
                    "Show the version",
                    "",
                    Arguments.NONE,
                    List.of(),
                    List.of(),
                    HostCommands::version));

    private static Command machine(
            String name,
            List<String> aliases,
            String summary,
            String details,
            Arguments arguments,
            List<Option<?>> options,
            List<String> examples,
            Command.Action action) {
        return new Command("machine", name, aliases, summary, details, arguments, options, examples, action);
    }

    private static Command ofMachine(
            String name, List<String> aliases, String summary, String details, Command.Action action) {
        return machine(name, aliases, summary, details, Arguments.MACHINE, List.of(), List.of(), action);
    }

    List<Group> groups() {
        return groups;
    }

    List<Command> commands() {
        return commands;
    }

    /** The group with this name or alias. */
    Optional<Group> findGroup(String word) {
        return groups.stream()
                .filter(group -> group.name().equals(word) || group.aliases().contains(word))
                .findFirst();
    }

    /** The command with this name or alias in a group; the empty group holds the commands that stand alone. */
    Optional<Command> findCommand(String group, String word) {
        return commands.stream()
                .filter(command -> command.group().equals(group))
                .filter(command ->
                        command.name().equals(word) || command.aliases().contains(word))
                .findFirst();
    }

    /** The groups within a group. */
    List<Group> innerGroups(Group group) {
        return groups.stream()
                .filter(inner -> inner.isInner() && inner.name().startsWith(group.name() + " "))
                .toList();
    }

    /** The commands of a group. */
    List<Command> commandsOf(String group) {
        return commands.stream()
                .filter(command -> command.group().equals(group))
                .toList();
    }
}

package io.sistemo.daemon;

import io.sistemo.machine.RestartPolicy;
import io.sistemo.network.Ipv4;
import io.sistemo.network.Subnet;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * One setting and where it came from.
 *
 * @param key which
 * @param text its value as text
 * @param source default, file or environment
 */
record ConfigurationValue(ConfigurationKey key, String text, String source) {
    private static final Set<String> HYPERVISORS = Set.of("auto", "firecracker", "qemu");

    /**
     * Checks the value.
     *
     * @throws Refusal BAD_INPUT, naming the key, the value and what is allowed
     */
    ConfigurationValue {
        String problem = problem(key.kind(), text);
        if (!problem.isEmpty()) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "The configuration (" + source + ") has " + key.wireName() + ": '" + text + "', but it must be "
                            + problem + ".");
        }
    }

    private static String problem(ConfigurationKey.Kind kind, String text) {
        return switch (kind) {
            case ConfigurationKey.Kind.WholeNumber(int least, int most) ->
                isNumber(text, least, most) ? "" : "a whole number from " + least + " to " + most;
            case ConfigurationKey.Kind.Truth _ -> text.equals("true") || text.equals("false") ? "" : "true or false";
            case ConfigurationKey.Kind.Text _ -> "";
            case ConfigurationKey.Kind.Path _ ->
                text.isEmpty() || text.startsWith("/") ? "" : "a path that begins with '/'";
            case ConfigurationKey.Kind.SubnetText _ -> subnetProblem(text);
            case ConfigurationKey.Kind.Names _ ->
                items(text).stream().allMatch(name -> name.matches("[A-Za-z0-9.-]{1,253}")) ? "" : "host names";
            case ConfigurationKey.Kind.Addresses _ ->
                items(text).stream().allMatch(ConfigurationValue::isAddress) ? "" : "IPv4 addresses";
            case ConfigurationKey.Kind.Loopback _ ->
                isAddress(text) && text.startsWith("127.")
                        ? ""
                        : "a loopback address: credentials for other clients are not there yet";
            case ConfigurationKey.Kind.Restart _ ->
                RestartPolicy.find(text).isPresent() ? "" : "no, on-failure or always";
            case ConfigurationKey.Kind.Hypervisor _ -> HYPERVISORS.contains(text) ? "" : "auto, firecracker or qemu";
        };
    }

    private static boolean isNumber(String text, int least, int most) {
        if (!text.matches("[0-9]{1,9}|1[0-9]{9}")) {
            return false;
        }
        int value = Integer.parseInt(text);
        return value >= least && value <= most;
    }

    private static String subnetProblem(String text) {
        try {
            Subnet.parse(text);
            return "";
        } catch (IllegalArgumentException e) {
            return "a subnet like 10.200.0.0/16 (" + e.getMessage() + ")";
        }
    }

    private static boolean isAddress(String text) {
        try {
            Ipv4.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static List<String> items(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    int number() {
        return Integer.parseInt(text);
    }

    boolean truth() {
        return Boolean.parseBoolean(text);
    }

    List<String> list() {
        return items(text);
    }
}

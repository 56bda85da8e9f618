package io.sistemo.vmm;

/**
 * What a VMM can do; callers ask for abilities, never for names.
 *
 * @param name for people: doctor and status
 * @param emulatesCpu whether it runs guests without hardware virtualisation, many times slower
 * @param overheadMib memory that it needs beside the guest's
 * @param dataDisks how many disks it can give a machine beside the one that it boots
 * @param vcpus how many virtual CPUs it can give a machine
 * @param limitsNetwork whether it holds its network device to {@link DeviceLimits} itself; where it does not, the filter
 *     between the machine and its network does
 */
public record VmmCapabilities(
        String name, boolean emulatesCpu, int overheadMib, int dataDisks, int vcpus, boolean limitsNetwork) {}

package io.sistemo.host;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Named network namespaces, as {@code ip netns} knows them: files in {@code /run/netns}. */
public interface Namespaces {
    /** Whether the name is taken, be it by a remnant of an interrupted {@link #add}. */
    boolean exists(String name);

    /** Makes a namespace; a remnant is made whole. */
    void add(String name);

    /** Removes the name. The namespace itself ends with its last process; its links go a little later. */
    void delete(String name);

    /** All names, sorted, ours and others'. */
    List<String> list();

    /**
     * Looks into many namespaces, for less than a tenth of what it costs to ask for each thing in each of them.
     *
     * @param family of the table to look for, as in {@link PacketFilter#findTable}
     * @param table its name
     * @return by name; a namespace that could not be looked into is left out, and nothing is in a name that leads to none, as
     *     it is left when one is interrupted while it is made or deleted
     */
    Map<String, NamespaceFacts> inspect(Collection<String> names, String family, String table);

    /**
     * Gives the namespace that a process is in its name back, whatever has that name now. A name that leads there already is
     * kept.
     *
     * @throws HostException when the process has ended
     */
    void nameAgain(String name, ProcessIdentity inside);
}

package io.sistemo.host;

import java.util.List;

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
}

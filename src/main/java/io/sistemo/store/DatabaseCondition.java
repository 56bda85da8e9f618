package io.sistemo.store;

/** What a look at a database file finds. What keeps from looking is a {@link StoreException} instead. */
public sealed interface DatabaseCondition {
    /** There is no file. */
    record Missing() implements DatabaseCondition {}

    /** There is a file without any table: a new one, or one that lost all. */
    record Empty() implements DatabaseCondition {}

    /**
     * It can be used.
     *
     * @param wholeFileChecked false when the time for the check was up before its end
     */
    record Sound(boolean wholeFileChecked) implements DatabaseCondition {}

    /**
     * It cannot be trusted: a page, its header or its write-ahead log is damaged.
     *
     * @param reason as a clause for the user
     */
    record Unclean(String reason) implements DatabaseCondition {}
}

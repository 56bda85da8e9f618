package io.sistemo.e2e;

import java.util.LinkedHashMap;
import java.util.Map;

/** What guests have written to one disk for certain, wherever that disk is by now. Used by whoever holds its owner's lock. */
final class SoakContent {
    /** By number: what lies in the file of that number, as its MD5 and size. */
    final Map<Integer, Block> blocks = new LinkedHashMap<>();
    /** Numbers of files that were begun, whatever came of that. */
    int nextBlock;

    /**
     * A file that a guest has written and synced, and said so.
     *
     * @param md5 in hexadecimal
     */
    record Block(String md5, int bytes) {}

    /** The disk is gone, or another one. */
    void forget() {
        blocks.clear();
    }

    /** The disk is a copy of another one now. */
    void becomeCopyOf(SoakContent original) {
        blocks.clear();
        blocks.putAll(original.blocks);
        nextBlock = original.nextBlock;
    }

    long bytes() {
        return blocks.values().stream().mapToLong(Block::bytes).sum();
    }
}

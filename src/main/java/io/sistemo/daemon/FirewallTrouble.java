package io.sistemo.daemon;

/**
 * Something that another program's firewall keeps machines from.
 *
 * @param sentence what is wrong, without a full stop
 * @param fix the command to type
 */
record FirewallTrouble(String sentence, String fix) {}

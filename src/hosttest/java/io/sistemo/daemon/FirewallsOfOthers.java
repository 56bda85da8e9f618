package io.sistemo.daemon;

/** The rules that other programs put into a host's packet filter, as far as packets of machines meet them. */
public final class FirewallsOfOthers {
    /** For {@code iptables-restore}: those of Docker 28 with its default bridge and no container that publishes a port. */
    public static final String DOCKER = """
            *nat
            :PREROUTING ACCEPT
            :INPUT ACCEPT
            :OUTPUT ACCEPT
            :POSTROUTING ACCEPT
            :DOCKER -
            -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
            -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
            -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
            COMMIT
            *filter
            :INPUT ACCEPT
            :FORWARD DROP
            :OUTPUT ACCEPT
            :DOCKER -
            :DOCKER-BRIDGE -
            :DOCKER-CT -
            :DOCKER-FORWARD -
            :DOCKER-ISOLATION-STAGE-1 -
            :DOCKER-ISOLATION-STAGE-2 -
            :DOCKER-USER -
            -A FORWARD -j DOCKER-USER
            -A FORWARD -j DOCKER-FORWARD
            -A DOCKER ! -i docker0 -o docker0 -j DROP
            -A DOCKER-BRIDGE -o docker0 -j DOCKER
            -A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
            -A DOCKER-FORWARD -j DOCKER-CT
            -A DOCKER-FORWARD -j DOCKER-ISOLATION-STAGE-1
            -A DOCKER-FORWARD -j DOCKER-BRIDGE
            -A DOCKER-FORWARD -i docker0 -j ACCEPT
            -A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
            -A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
            COMMIT
            """;

    /** For {@code iptables-restore}: those of ufw 0.36 when it is enabled with its defaults, but what it logs. */
    public static final String UFW = """
            *filter
            :INPUT DROP
            :FORWARD DROP
            :OUTPUT ACCEPT
            :ufw-before-input -
            :ufw-after-input -
            :ufw-reject-input -
            :ufw-before-forward -
            :ufw-after-forward -
            :ufw-reject-forward -
            :ufw-before-output -
            :ufw-not-local -
            :ufw-skip-to-policy-input -
            :ufw-user-input -
            :ufw-user-forward -
            :ufw-user-output -
            -A INPUT -j ufw-before-input
            -A INPUT -j ufw-after-input
            -A INPUT -j ufw-reject-input
            -A FORWARD -j ufw-before-forward
            -A FORWARD -j ufw-after-forward
            -A FORWARD -j ufw-reject-forward
            -A OUTPUT -j ufw-before-output
            -A ufw-before-input -i lo -j ACCEPT
            -A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
            -A ufw-before-input -m conntrack --ctstate INVALID -j DROP
            -A ufw-before-input -p icmp -m icmp --icmp-type 8 -j ACCEPT
            -A ufw-before-input -j ufw-not-local
            -A ufw-before-input -j ufw-user-input
            -A ufw-not-local -m addrtype --dst-type LOCAL -j RETURN
            -A ufw-not-local -m addrtype --dst-type MULTICAST -j RETURN
            -A ufw-not-local -m addrtype --dst-type BROADCAST -j RETURN
            -A ufw-not-local -j DROP
            -A ufw-after-input -p udp -m udp --dport 137 -j ufw-skip-to-policy-input
            -A ufw-after-input -p tcp -m tcp --dport 445 -j ufw-skip-to-policy-input
            -A ufw-after-input -m addrtype --dst-type BROADCAST -j ufw-skip-to-policy-input
            -A ufw-skip-to-policy-input -j DROP
            -A ufw-before-forward -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
            -A ufw-before-forward -p icmp -m icmp --icmp-type 8 -j ACCEPT
            -A ufw-before-forward -j ufw-user-forward
            -A ufw-before-output -o lo -j ACCEPT
            -A ufw-before-output -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
            -A ufw-before-output -j ufw-user-output
            COMMIT
            """;

    private static final String FIREWALLD = """
            table inet firewalld {
              chain filter_INPUT {
                type filter hook input priority filter + 10; policy accept;
                ct state { established, related } accept
                ct status dnat accept
                iifname "lo" accept
                ct state invalid drop
                jump filter_INPUT_ZONES
                reject with icmpx admin-prohibited
              }
              chain filter_FORWARD {
                type filter hook forward priority filter + 10; policy accept;
                ct state { established, related } accept
                ct status dnat accept
                iifname "lo" accept
                ct state invalid drop
                jump filter_FORWARD_ZONES
                reject with icmpx admin-prohibited
              }
              chain filter_INPUT_ZONES {
                @TRUSTED@
                goto filter_IN_public
              }
              chain filter_FORWARD_ZONES {
                @TRUSTED@
                goto filter_FWD_public
              }
              chain filter_IN_public {
                tcp dport 22 accept
                meta l4proto icmp accept
              }
              chain filter_FWD_public {
              }
              chain trusted {
                accept
              }
            }
            """;

    private FirewallsOfOthers() {}

    /**
     * For {@code nft}: those of firewalld 1, whose zone public has all links, but those that the zone trusted has.
     *
     * @param trusted names of links
     */
    public static String firewalld(String... trusted) {
        StringBuilder rules = new StringBuilder();
        for (String link : trusted) {
            rules.append("iifname \"").append(link).append("\" goto trusted\n");
        }
        return FIREWALLD.replace("@TRUSTED@", rules);
    }
}

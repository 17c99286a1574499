package io.neco.tools.menu;

import io.neco.tools.menu.DataCentre.Rack;
import io.neco.tools.menu.DataCentre.Server;
import io.neco.tools.menu.DataCentre.Spine;
import io.neco.tools.menu.DataCentre.Tor;
import io.neco.tools.menu.DataCentre.TorLink;
import java.util.Map;

/**
 * BIRD's configuration for every switch: core, spines, top-of-rack switches. Source: menu/assets/bird_*.conf at 1eec387 for what each
 * does, bird.network.cz for the language; docs/network.md tells why.
 *
 * @param dataCentre the plan
 */
record BirdFiles(DataCentre dataCentre) {
    private static final String BASE = """
            log stderr all;

            protocol device {
                scan time 60;
            }

            protocol bfd {
                interface "*" {
                    min rx interval 400 ms;
                    min tx interval 400 ms;
                };
            }
            """;

    private static final String ALL_TO_KERNEL = """

            # several ways to one destination are used at once
            protocol kernel {
                merge paths;
                ipv4 {
                    export all;
                };
            }
            """;

    /** The core switch: the way out, and sessions with all spines. */
    String core() {
        StringBuilder text = new StringBuilder(BASE).append(ALL_TO_KERNEL);
        text.append(filled("""

                # the way to the Internet, announced to the spines
                protocol static defaultgw {
                    ipv4;
                    route 0.0.0.0/0 via @host@;
                }

                template bgp bgpcore {
                    local as @core@;
                    bfd;
                    ipv4 {
                        import all;
                        export all;
                        next hop self;
                    };
                }
                """, Map.of("host", dataCentre.internetHost(), "core", dataCentre.asnOfCore())));
        for (Spine spine : dataCentre.spines()) {
            text.append(session(spine.name(), " from bgpcore", spine.address(), dataCentre.asnOfSpines()));
        }
        return text.toString();
    }

    /** A spine: everything between the racks, but only what is exposed to the outside. */
    String spine(Spine spine) {
        StringBuilder text = new StringBuilder(BASE).append(ALL_TO_KERNEL);
        text.append(filled("""

                template bgp bgptor {
                    local as @spines@;
                    bfd;
                    ipv4 {
                        import all;
                        export all;
                        next hop self;
                    };
                }
                """, Map.of("spines", dataCentre.asnOfSpines())));
        for (Rack rack : dataCentre.racks()) {
            for (Tor tor : rack.tors()) {
                TorLink link = tor.links().get(spine.number() - 1);
                text.append(session(rack.name() + "-tor" + tor.number(), " from bgptor", link.torSide(), rack.asn()));
            }
        }
        Menu.Exposed exposed = dataCentre.menu().network().exposed();
        text.append(filled(
                """

                # what the core is told: these networks and nothing of the inside
                ipv4 table outertab;

                protocol static myroutes {
                    ipv4 {
                        table outertab;
                    };
                    # load balancers
                    route @loadbalancer@ via @core@;
                    # boot servers
                    route @bastion@ via @core@;
                    # ingress
                    route @ingress@ via @core@;
                    # global addresses
                    route @global@ via @core@;
                    # pods
                    route @pod@ via @core@;
                }

                protocol bgp 'core' {
                    local as @spines@;
                    neighbor @core@ as @asn@;
                    bfd;
                    ipv4 {
                        table outertab;
                        import all;
                        export all;
                        next hop self;
                    };
                }

                # what the core says goes inside; our own announcements do not come back
                protocol pipe outerroutes {
                    table master4;
                    peer table outertab;
                    import filter {
                        if proto = "myroutes" then reject;
                        accept;
                    };
                    export none;
                }
                """,
                Map.of(
                        "loadbalancer", exposed.loadBalancer(),
                        "bastion", exposed.bastion(),
                        "ingress", exposed.ingress(),
                        "global", exposed.global(),
                        "pod", dataCentre.menu().network().pod(),
                        "core", spine.coreSide(),
                        "spines", dataCentre.asnOfSpines(),
                        "asn", dataCentre.asnOfCore())));
        return text.toString();
    }

    /** A top-of-rack switch: sessions with the spines, and route reflector of its rack's servers, which call it. */
    String tor(Rack rack, Tor tor) {
        StringBuilder text = new StringBuilder(BASE);
        text.append(filled("""

                protocol direct direct1 {
                    ipv4;
                    interface "eth@spines@";
                }

                protocol kernel {
                    merge paths;
                    ipv4 {
                        export filter {
                            # the kernel has these by itself
                            if source = RTS_DEVICE then reject;
                            accept;
                        };
                    };
                }
                """, Map.of("spines", dataCentre.spines().size())));
        for (TorLink link : tor.links()) {
            text.append(filled(
                    """

                    protocol bgp '@name@' {
                        local as @rack@;
                        neighbor @address@ as @spines@;
                        bfd;
                        ipv4 {
                            import all;
                            export all;
                        };
                    }
                    """,
                    Map.of(
                            "name", link.spine().name(),
                            "rack", rack.asn(),
                            "address", link.spineSide(),
                            "spines", dataCentre.asnOfSpines())));
        }
        text.append(filled("""

                template bgp bgpnode {
                    local as @rack@;
                    direct;
                    rr client;
                    bfd;
                    passive;
                    error wait time 5,20;
                    ipv4 {
                        import all;
                        export filter {
                            # servers are in this network themselves
                            if proto = "direct1" then reject;
                            accept;
                        };
                    };
                }
                """, Map.of("rack", rack.asn())));
        for (Server server : rack.servers()) {
            text.append(session(server.name(), " from bgpnode", server.towards(tor), rack.asn()));
        }
        return text.toString();
    }

    private static String session(String name, String template, Object neighbour, long asn) {
        return filled("""

                protocol bgp '@name@'@template@ {
                    neighbor @address@ as @asn@;
                }
                """, Map.of("name", name, "template", template, "address", neighbour, "asn", asn));
    }

    private static String filled(String text, Map<String, Object> values) {
        String filled = text;
        for (Map.Entry<String, Object> value : values.entrySet()) {
            filled = filled.replace("@" + value.getKey() + "@", value.getValue().toString());
        }
        return filled;
    }
}

package io.neco.tools.menu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BirdFilesTest {
    private static final Pattern SESSION =
            Pattern.compile("protocol bgp '([^']+)'(?: from (\\w+))? \\{[^}]*?neighbor (\\S+) as (\\d+);");

    @Test
    void theCoreTalksToTheSpinesAndKnowsTheWayOut() throws Exception {
        DataCentre dctest = MenuFixture.dctest("menu.yml");

        String core = new BirdFiles(dctest).core();

        assertThat(sessions(core)).containsExactly("spine1 bgpcore 10.72.2.1 64599", "spine2 bgpcore 10.72.2.3 64599");
        assertThat(core)
                .contains("route 0.0.0.0/0 via 10.0.0.1;")
                .contains("local as 64597;")
                .contains("merge paths;");
    }

    @Test
    void aSpineTalksToAllSwitchesAndAnnouncesWhatIsExposed() throws Exception {
        DataCentre dctest = MenuFixture.dctest("menu.yml");

        String spine = new BirdFiles(dctest).spine(dctest.spines().get(1));

        assertThat(sessions(spine))
                .hasSize(9)
                .startsWith(
                        "rack0-tor1 bgptor 10.72.1.17 64600",
                        "rack0-tor2 bgptor 10.72.1.19 64600",
                        "rack1-tor1 bgptor 10.72.1.21 64601");
        assertThat(sessions(spine)).endsWith("core null 10.72.2.2 64597");
        assertThat(spine.lines().map(String::strip).filter(l -> l.startsWith("route ")))
                .containsExactly(
                        "route 10.72.32.0/20 via 10.72.2.2;",
                        "route 10.72.48.0/24 via 10.72.2.2;",
                        "route 10.72.49.0/26 via 10.72.2.2;",
                        "route 172.19.0.0/24 via 10.72.2.2;",
                        "route 10.64.0.0/14 via 10.72.2.2;");
    }

    @Test
    void aTopOfRackSwitchReflectsTheRoutesOfItsRack() throws Exception {
        DataCentre dctest = MenuFixture.dctest("menu.yml");
        DataCentre.Rack rack = dctest.racks().get(0);

        String tor = new BirdFiles(dctest).tor(rack, rack.tors().get(1));

        assertThat(sessions(tor))
                .containsExactly(
                        "spine1 null 10.72.1.2 64599",
                        "spine2 null 10.72.1.18 64599",
                        "boot-0 bgpnode 10.69.0.131 64600",
                        "rack0-cs1 bgpnode 10.69.0.132 64600",
                        "rack0-cs2 bgpnode 10.69.0.133 64600",
                        "rack0-ss1 bgpnode 10.69.0.134 64600");
        assertThat(tor)
                .contains("interface \"eth2\";")
                .contains("rr client;")
                .contains("passive;")
                .contains("error wait time 5,20;");
    }

    @Test
    void everySwitchUsesBfd() throws Exception {
        MenuFixture.files(MenuFixture.dctest("menu.yml"), "key").forEach((name, text) -> {
            if (name.startsWith("bird_")) {
                assertThat(text)
                        .contains("min rx interval 400 ms;")
                        .contains("min tx interval 400 ms;")
                        .doesNotContain("@");
            }
        });
    }

    private static List<String> sessions(String config) {
        List<String> sessions = new ArrayList<>();
        Matcher matcher = SESSION.matcher(config);
        while (matcher.find()) {
            sessions.add(matcher.group(1) + " " + matcher.group(2) + " " + matcher.group(3) + " " + matcher.group(4));
        }
        return sessions;
    }
}

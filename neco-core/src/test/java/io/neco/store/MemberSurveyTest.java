package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberSurveyTest {
    /** {@code +} answers, {@code -} does not, {@code l} is a learner that answers. */
    private static MemberSurvey survey(String states) {
        List<MemberSurvey.Entry> entries = new ArrayList<>();
        for (int i = 0; i < states.length(); i++) {
            char state = states.charAt(i);
            Member member = new Member(i, "boot-" + i, List.of("p" + i), List.of("c" + i), state == 'l');
            entries.add(new MemberSurvey.Entry(member, state == '-' ? Optional.of("no answer") : Optional.empty()));
        }
        return new MemberSurvey(entries);
    }

    @ParameterizedTest
    @CsvSource({
        "+++, 0, true",
        "-++, 0, true",
        "-++, 1, false",
        "--+, 0, false",
        "+-, 1, true",
        "+-, 0, false",
        "+, 0, false",
        "-+++, 1, true",
        "--+++, 2, false",
        "--+++, 0, true",
        "++++-, 0, true",
        "-+l, 2, true",
        "+-l, 0, false"
    })
    void aMemberMayGoOnlyWhileTheOthersHaveAMajority(String states, long id, boolean isSafe) {
        assertThat(survey(states).whyRemovalIsUnsafe(id).isEmpty()).isEqualTo(isSafe);
    }

    @Test
    void theReasonNamesWhoIsMissing() {
        assertThat(survey("+-+").whyRemovalIsUnsafe(0))
                .contains(
                        "etcd would lose its majority: of the 2 other members that vote 2 are needed, but only 1 can be"
                                + " counted on (boot-1: no answer)");
    }

    @Test
    void aMemberWithoutANameIsNamedByItsPeerUrl() {
        Member member = new Member(7, "", List.of("https://10.69.2.67:2380"), List.of(), true);
        MemberSurvey survey = new MemberSurvey(
                List.of(new MemberSurvey.Entry(member, Optional.of("was added but has never been started"))));

        assertThat(survey.problems())
                .containsExactly("the member at https://10.69.2.67:2380: was added but has never been started");
        assertThat(survey.problemsExcept(7)).isEmpty();
        assertThat(survey.find("boot-3")).isEmpty();
    }
}

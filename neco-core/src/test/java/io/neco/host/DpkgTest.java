package io.neco.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DpkgTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dpkg: error: dpkg frontend lock was locked by another process with pid 7\n", // Debian 12
                "dpkg: error: dpkg frontend lock was locked by apt-get process with pid 7\n", // Debian 13
                "dpkg: error: dpkg database lock was locked by unattended-upgr process with pid 7\n",
                "dpkg: error: dpkg frontend lock was locked by another process\n",
            })
    void aLockOfAnotherProcessIsRecognisedInTheWordsOfEachVersion(String said) {
        assertThat(Dpkg.isLocked(said)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dpkg: error: unable to lock dpkg frontend: Permission denied\n",
                "dpkg-deb: error: 'neco.deb' is not a Debian format archive\n",
                "",
            })
    void otherFailuresAreNotTakenForALock(String said) {
        assertThat(Dpkg.isLocked(said)).isFalse();
    }
}

package io.neco;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the rooms of docs/architecture.md apart: imports go one way, and each library has one owner. */
@AnalyzeClasses(packages = "io.neco", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static ArchRule mayImportOfOurs(String room, String... others) {
        String[] allowed = new String[others.length + 1];
        allowed[0] = room + "..";
        for (int i = 0; i < others.length; i++) {
            allowed[i + 1] = others[i] + "..";
        }
        return noClasses()
                .that()
                .resideInAPackage(room + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.neco..").and(not(resideInAnyPackage(allowed))))
                .allowEmptyShould(true);
    }

    private static ArchRule ownedBy(String library, String... owners) {
        return noClasses()
                .that(not(resideInAnyPackage(owners)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .allowEmptyShould(true);
    }

    @ArchTest
    static final ArchRule updateImportsNothing = mayImportOfOurs("io.neco.update");

    @ArchTest
    static final ArchRule artifactImportsNothing = mayImportOfOurs("io.neco.artifact");

    @ArchTest
    static final ArchRule hostImportsNothing = mayImportOfOurs("io.neco.host");

    @ArchTest
    static final ArchRule logImportsTimes = mayImportOfOurs("io.neco.log", "io.neco.time");

    @ArchTest
    static final ArchRule releaseImportsHttpAndValues =
            mayImportOfOurs("io.neco.release", "io.neco.artifact", "io.neco.host", "io.neco.http", "io.neco.time");

    @ArchTest
    static final ArchRule notifyImportsHttpAndValues =
            mayImportOfOurs("io.neco.notify", "io.neco.update", "io.neco.http", "io.neco.time");

    @ArchTest
    static final ArchRule storeImportsValuesAndHost = mayImportOfOurs(
            "io.neco.store",
            "io.neco.update",
            "io.neco.artifact",
            "io.neco.host",
            "io.neco.http",
            "io.neco.json",
            "io.neco.time");

    @ArchTest
    static final ArchRule jsonImportsNothing = mayImportOfOurs("io.neco.json");

    @ArchTest
    static final ArchRule sabakanImportsHostAndHttp =
            mayImportOfOurs("io.neco.sabakan", "io.neco.host", "io.neco.http", "io.neco.json");

    @ArchTest
    static final ArchRule redfishImportsHttp = mayImportOfOurs("io.neco.redfish", "io.neco.http");

    @ArchTest
    static final ArchRule contentsImportNoProgram = noClasses()
            .that()
            .resideInAPackage("io.neco.contents..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.neco.program..", "io.neco.vault..", "io.neco.release..", "io.neco.notify..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule httpImportsHost = mayImportOfOurs("io.neco.http", "io.neco.host", "io.neco.time");

    @ArchTest
    static final ArchRule vaultImportsHostAndHttp = mayImportOfOurs("io.neco.vault", "io.neco.host", "io.neco.http");

    @ArchTest
    static final ArchRule containerImportsValuesAndHost =
            mayImportOfOurs("io.neco.container", "io.neco.artifact", "io.neco.host", "io.neco.http");

    @ArchTest
    static final ArchRule programsImportValues =
            mayImportOfOurs("io.neco.program", "io.neco.artifact", "io.neco.update", "io.neco.host");

    @ArchTest
    static final ArchRule ckeImportsValuesHostAndStore =
            mayImportOfOurs("io.neco.cke", "io.neco.artifact", "io.neco.host", "io.neco.store", "io.neco.program");

    @ArchTest
    static final ArchRule daemonImportsStore = mayImportOfOurs("io.neco.daemon", "io.neco.store", "io.neco.log");

    @ArchTest
    static final ArchRule etcdIsSpokenInStoreOnly = ownedBy("io.etcd..", "io.neco.store..", "io.neco.dctest.vault..");

    @ArchTest
    static final ArchRule grpcIsSpokenInStoreOnly = ownedBy("io.grpc..", "io.neco.store..", "io.neco.dctest.vault..");

    @ArchTest
    static final ArchRule dockerIsSpokenInContainerOnly = ownedBy("com.github.dockerjava..", "io.neco.container..");

    @ArchTest
    static final ArchRule theVaultDriverIsUsedInVaultOnly = ownedBy("io.github.jopenlibs..", "io.neco.vault..");

    @ArchTest
    static final ArchRule gitHubIsSpokenInReleaseOnly = ownedBy("org.kohsuke..", "io.neco.release..");
}

package io.neco;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.neco.host.BootServer;
import io.neco.host.HostPaths;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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
                .dependOnClassesThat(resideInAPackage("io.neco..").and(not(resideInAnyPackage(allowed))));
    }

    private static ArchRule ownedBy(String library, String... owners) {
        return noClasses()
                .that(not(resideInAnyPackage(owners)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }

    private static ArchRule knownToNobodyElse(String... program) {
        return noClasses()
                .that(not(resideInAnyPackage(program)))
                .should()
                .dependOnClassesThat(resideInAnyPackage(program));
    }

    /** A module that is missing on the class path would break no rule. */
    @ArchTest
    static void everyClassOfEveryModuleIsLookedAt(JavaClasses classes) throws IOException {
        List<String> missing = new ArrayList<>();
        try (DirectoryStream<Path> roots =
                Files.newDirectoryStream(Path.of(".."), root -> Files.isDirectory(sources(root)))) {
            for (Path root : roots) {
                try (Stream<Path> files = Files.walk(sources(root))) {
                    files.map(file -> sources(root).relativize(file).toString())
                            .filter(file -> file.endsWith(".java") && !file.endsWith("-info.java"))
                            .map(file -> file.replace(".java", "").replace('/', '.'))
                            .filter(name -> !classes.contain(name))
                            .forEach(missing::add);
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(classes).hasSizeGreaterThan(500);
    }

    private static Path sources(Path module) {
        return module.resolve("src/main/java");
    }

    @ArchTest
    static final ArchRule updateImportsNothing = mayImportOfOurs("io.neco.update");

    @ArchTest
    static final ArchRule artifactImportsNothing = mayImportOfOurs("io.neco.artifact");

    @ArchTest
    static final ArchRule hostImportsYaml = mayImportOfOurs("io.neco.host", "io.neco.yaml");

    @ArchTest
    static final ArchRule yamlImportsNothing = mayImportOfOurs("io.neco.yaml");

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
            "io.neco.time",
            "io.neco.yaml");

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
            .resideInAnyPackage("io.neco.program..", "io.neco.vault..", "io.neco.release..", "io.neco.notify..");

    @ArchTest
    static final ArchRule httpImportsHost = mayImportOfOurs("io.neco.http", "io.neco.host", "io.neco.time");

    @ArchTest
    static final ArchRule vaultImportsHostAndHttp = mayImportOfOurs("io.neco.vault", "io.neco.host", "io.neco.http");

    @ArchTest
    static final ArchRule containerImportsValuesAndHost =
            mayImportOfOurs("io.neco.container", "io.neco.artifact", "io.neco.host", "io.neco.http");

    /** Of {@code host} they know addresses and paths only: the files of a program are values, nobody runs or writes anything there. */
    @ArchTest
    static final ArchRule programsImportValues = noClasses()
            .that()
            .resideInAPackage("io.neco.program..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.neco..")
                    .and(not(resideInAnyPackage("io.neco.program..", "io.neco.artifact..", "io.neco.update..")))
                    .and(not(belongToAnyOf(BootServer.class, HostPaths.class))));

    @ArchTest
    static final ArchRule ckeImportsValuesHostAndStore =
            mayImportOfOurs("io.neco.cke", "io.neco.artifact", "io.neco.host", "io.neco.store", "io.neco.program");

    @ArchTest
    static final ArchRule daemonImportsStoreAndHttp =
            mayImportOfOurs("io.neco.daemon", "io.neco.store", "io.neco.http", "io.neco.log");

    @ArchTest
    static final ArchRule theUpdaterIsAProgram = knownToNobodyElse("io.neco.updater..");

    @ArchTest
    static final ArchRule theWorkerIsAProgram = knownToNobodyElse("io.neco.worker..");

    @ArchTest
    static final ArchRule theCommandLineIsAProgram =
            knownToNobodyElse("io.neco.cli..", "io.neco.setup..", "io.neco.fleet..");

    @ArchTest
    static final ArchRule theStateSetterIsAProgram = knownToNobodyElse("io.neco.statesetter..");

    @ArchTest
    static final ArchRule theVirtualDataCentreIsAProgram = knownToNobodyElse("io.neco.dctest..");

    @ArchTest
    static final ArchRule toolsArePrograms = knownToNobodyElse("io.neco.tools..");

    @ArchTest
    static final ArchRule measurementsAreAProgram = knownToNobodyElse("io.neco.bench..");

    @ArchTest
    static final ArchRule etcdIsSpokenInStoreOnly = ownedBy("io.etcd..", "io.neco.store..");

    @ArchTest
    static final ArchRule grpcIsSpokenInStoreOnly = ownedBy("io.grpc..", "io.neco.store..");

    @ArchTest
    static final ArchRule dockerIsSpokenInContainerOnly = ownedBy("com.github.dockerjava..", "io.neco.container..");

    @ArchTest
    static final ArchRule theVaultDriverIsUsedInVaultOnly = ownedBy("io.github.jopenlibs..", "io.neco.vault..");

    @ArchTest
    static final ArchRule gitHubIsSpokenInReleaseOnly = ownedBy("org.kohsuke..", "io.neco.release..");
}

package io.neco.tools;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Tools do not know each other, and those that need no network cannot use it. */
@AnalyzeClasses(packages = "io.neco.tools", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule menuPlansWithoutTheNetwork = noClasses()
            .that()
            .resideInAPackage("io.neco.tools.menu")
            .should()
            .dependOnClassesThat(resideInAPackage("io.neco..")
                    .and(not(resideInAnyPackage(
                            "io.neco.tools",
                            "io.neco.tools.menu",
                            "io.neco.tools.net",
                            "io.neco.artifact",
                            "io.neco.host"))));

    @ArchTest
    static final ArchRule machinesAreAFunctionOfTheirTable = noClasses()
            .that()
            .resideInAPackage("io.neco.tools.machines")
            .should()
            .dependOnClassesThat(resideInAPackage("io.neco..")
                    .and(not(resideInAnyPackage("io.neco.tools", "io.neco.tools.machines"))));

    @ArchTest
    static final ArchRule artifactsKnowNoOtherTool = noClasses()
            .that()
            .resideInAPackage("io.neco.tools.artifacts")
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("io.neco.tools.menu..", "io.neco.tools.machines..", "io.neco.tools.net.."));
}

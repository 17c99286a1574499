package io.neco.dctest.suite;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestClassOrder;

/** What can be seen on one cluster, from its setup to the loss of a server: suites that can also be run one by one. */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class BootServersSuite {
    @BeforeAll
    static void shareTheCluster() {
        SharedCluster.begin();
    }

    @AfterAll
    static void removeTheLab() {
        SharedCluster.end();
    }

    @Nested
    @Order(10)
    class Bootstrap extends BootstrapSuite {}

    @Nested
    @Order(20)
    class Failure extends FailureSuite {}

    @Nested
    @Order(30)
    class Disaster extends DisasterSuite {}

    @Nested
    @Order(40)
    class Life extends LifeSuite {}
}

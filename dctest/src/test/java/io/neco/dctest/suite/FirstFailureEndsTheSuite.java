package io.neco.dctest.suite;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Skips what follows a test that has failed in a class whose tests build on each other: each would wait in vain until its deadline. As
 * the reference's large tests do.
 */
final class FirstFailureEndsTheSuite implements ExecutionCondition, TestWatcher {
    private static final Namespace NAMESPACE = Namespace.create(FirstFailureEndsTheSuite.class);
    private static final String FAILED = "failed";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (context.getTestMethod().isEmpty()) {
            return ConditionEvaluationResult.enabled("a class");
        }
        String failed = ofClass(context).get(FAILED, String.class);
        return failed == null
                ? ConditionEvaluationResult.enabled("nothing has failed")
                : ConditionEvaluationResult.disabled(failed + " has failed before");
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        ofClass(context).put(FAILED, context.getDisplayName());
    }

    private static ExtensionContext.Store ofClass(ExtensionContext test) {
        return test.getParent().orElseThrow().getStore(NAMESPACE);
    }
}

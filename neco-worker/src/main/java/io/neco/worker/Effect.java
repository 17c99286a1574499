package io.neco.worker;

import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.util.Map;
import org.slf4j.event.Level;

/** What a worker is to do. Effects are carried out in their order. */
sealed interface Effect {

    /** Read request and reports; answered by {@link WorkerEvent.ViewTaken} or {@link WorkerEvent.ViewMalformed}. */
    record TakeView() implements Effect {}

    /**
     * Write this worker's report.
     *
     * @param request what it is about; reports do not say that themselves
     */
    record Report(UpdateRequest request, UpdateStatus status) implements Effect {}

    /** Note in the journal how far this worker has come. */
    record Note(JournalEntry entry) implements Effect {}

    /** Delete the journal's entry. */
    record Forget() implements Effect {}

    /** Begin a step; answered by {@link WorkerEvent.StepEnded}. */
    record RunStep(UpdateRequest request, int step) implements Effect {}

    /** Begin to install the requested version; answered by {@link WorkerEvent.InstallEnded} or the end of this process. */
    record Install(UpdateRequest request) implements Effect {}

    /** Ask the running step or installation to end early where that is safe. */
    record CancelWork(String reason) implements Effect {}

    /** Begin to restart this server's etcd in turn with the others; answered by {@link WorkerEvent.EtcdRestartEnded}. */
    record RestartEtcd(UpdateRequest request) implements Effect {}

    /** Wait a bounded time for the others to complete; answered by {@link WorkerEvent.PatienceEnded}. */
    record WaitForCompletion(UpdateRequest request) implements Effect {}

    /** End this process, so that the installed version is started in its place. */
    record Exit() implements Effect {}

    /** Write a log line. */
    record Tell(Level level, String message, Map<String, Object> fields) implements Effect {}
}

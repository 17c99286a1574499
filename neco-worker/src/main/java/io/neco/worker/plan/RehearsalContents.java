package io.neco.worker.plan;

import io.neco.contents.Netboot;
import io.neco.store.NecoReader;
import io.neco.worker.plan.PlannedChange.Kind;
import io.neco.worker.step.ContentsSources;
import io.neco.worker.step.Settings;
import io.neco.worker.step.StepHost;
import java.io.IOException;
import java.util.List;

/** Asks sabakan what it lacks, and notes that it would be brought there. */
final class RehearsalContents implements ContentsSources {
    private final ContentsSources real;
    private final Notes notes;

    RehearsalContents(ContentsSources real, Notes notes) {
        this.real = real;
        this.notes = notes;
    }

    @Override
    public Netboot open(StepHost host, Settings settings) throws IOException {
        return new Noting(real.preview(host, settings));
    }

    @Override
    public Netboot preview(StepHost host, Settings settings) throws IOException {
        return real.preview(host, settings);
    }

    /** Notes what would be changed when it is closed. */
    private final class Noting implements Netboot {
        private final Netboot preview;

        Noting(Netboot preview) {
            this.preview = preview;
        }

        @Override
        public void uploadAll(NecoReader store, String id) throws IOException, InterruptedException {
            preview.uploadAll(store, id);
        }

        @Override
        public void uploadIgnitions(NecoReader store, String id) throws IOException, InterruptedException {
            preview.uploadIgnitions(store, id);
        }

        @Override
        public void uploadCkeImages() throws IOException, InterruptedException {
            preview.uploadCkeImages();
        }

        @Override
        public void setDhcp() throws IOException, InterruptedException {
            preview.setDhcp();
        }

        @Override
        public List<String> changes() {
            return preview.changes();
        }

        @Override
        public void close() throws IOException {
            preview.changes().forEach(change -> notes.add(Kind.SABAKAN, change, "bring to sabakan"));
            preview.close();
        }
    }
}

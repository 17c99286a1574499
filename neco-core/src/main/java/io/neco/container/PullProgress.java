package io.neco.container;

import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of a pull that takes longer, and of its error. */
final class PullProgress extends StreamCallback<PullResponseItem> {
    private static final long TELL_EVERY = TimeUnit.SECONDS.toNanos(10);

    private static final Logger log = LoggerFactory.getLogger(PullProgress.class);

    private final String image;
    private final Map<String, long[]> layers = new ConcurrentHashMap<>();
    private volatile String error = "";
    private long lastTold = System.nanoTime();

    PullProgress(String image) {
        this.image = image;
    }

    @Override
    public void onNext(PullResponseItem item) {
        ResponseItem.ErrorDetail detail = item.getErrorDetail();
        if (detail != null && detail.getMessage() != null) {
            error = detail.getMessage();
        } else if (item.isErrorIndicated()) {
            error = String.valueOf(item.getErrorDetail());
        }
        ResponseItem.ProgressDetail progress = item.getProgressDetail();
        if (item.getId() != null
                && "Downloading".equals(item.getStatus())
                && progress != null
                && progress.getCurrent() != null
                && progress.getTotal() != null) {
            layers.put(item.getId(), new long[] {progress.getCurrent(), progress.getTotal()});
        }
        if (System.nanoTime() - lastTold > TELL_EVERY) {
            lastTold = System.nanoTime();
            log.atInfo()
                    .addKeyValue("image", image)
                    .addKeyValue("bytes", sum(0))
                    .addKeyValue("total", sum(1))
                    .addKeyValue("status", String.valueOf(item.getStatus()))
                    .log("docker: pulling a container image");
        }
    }

    String error() {
        return error;
    }

    private long sum(int index) {
        return layers.values().stream().mapToLong(l -> l[index]).sum();
    }
}

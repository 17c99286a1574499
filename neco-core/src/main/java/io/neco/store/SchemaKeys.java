package io.neco.store;

import io.neco.time.GoTime;
import io.neco.update.UpdateNotice;
import java.time.Duration;

/** The keys of the schema, without the name space; source: storage/keys.go at 1eec387, docs/etcd-schema.md. */
final class SchemaKeys {
    static final String STATUS = "status/";
    static final String REQUEST = "status/current";
    static final String STATUSES = "status/bootservers/";
    static final String NOTICES = "notices/";
    static final String CONTENTS = "contents/";
    static final String INFO = "info/";
    static final String BOOT_SERVERS = "info/bootservers/";
    static final String NECO_RELEASE = "info/neco-release";
    static final String SSH_PUBLIC_KEY = "info/ssh-pubkey";
    static final String CONFIG = "config/";
    static final String FINISH = "finish/";
    static final String CKE_WEIGHT = "cke/weight";

    static final String DEFAULT_ENVIRONMENT = "none";
    static final Duration DEFAULT_CHECK_INTERVAL = Duration.ofMinutes(1);
    static final Duration DEFAULT_WORKER_TIMEOUT = Duration.ofMinutes(60);

    private SchemaKeys() {}

    static String container(int lrn, String name) {
        return install(lrn) + "containers/" + name;
    }

    static String deb(int lrn, String name) {
        return install(lrn) + "debs/" + name;
    }

    /** With the slash at its end, so that rack 1 does not take rack 10 along. */
    static String install(int lrn) {
        return "install/" + lrn + "/";
    }

    static String notice(UpdateNotice notice) {
        return NOTICES + GoTime.format(notice.request().startedAt()) + "/"
                + (notice.kind().isEnd() ? "end" : "begin");
    }
}

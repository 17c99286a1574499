package io.neco.store;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.security.SignatureException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a failed call means: whether another member may be asked, and what to tell the operator. */
final class EtcdFailure {
    private EtcdFailure() {}

    /** Whether another member, or the same one later, may answer a call that failed like this. */
    static boolean isPassing(StatusRuntimeException e) {
        return switch (e.getStatus().getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, CANCELLED, INTERNAL, UNKNOWN -> true;
            default -> isOldAuthRevision(e);
        };
    }

    /** Whether etcd refused the call before doing anything, although it may accept it a moment later. */
    static boolean isRefusedUndone(StatusRuntimeException e) {
        String description = e.getStatus().getDescription();
        // members are added and removed only when all have been connected for some seconds
        return isOldAuthRevision(e)
                || "etcdserver: no leader".equals(description)
                || "etcdserver: unhealthy cluster".equals(description);
    }

    /** Whether a call that was sent may have been carried out, or may be yet, although it failed like this. */
    static boolean leavesOutcomeOpen(StatusRuntimeException e) {
        // what etcd has no room for it refuses before doing anything
        return isPassing(e) && e.getStatus().getCode() != Status.Code.RESOURCE_EXHAUSTED;
    }

    /** Whether the call showed no token, or one its member does not know any more. */
    static boolean isForWantOfToken(StatusRuntimeException e) {
        return e.getStatus().getCode() == Status.Code.UNAUTHENTICATED || isWithoutUser(e.getStatus());
    }

    private static boolean isWithoutUser(Status status) {
        String description = status.getDescription();
        return status.getCode() == Status.Code.INVALID_ARGUMENT
                && description != null
                && description.contains("user name is empty");
    }

    /** Authentication changed while the call was under way. */
    private static boolean isOldAuthRevision(StatusRuntimeException e) {
        String description = e.getStatus().getDescription();
        return description != null
                && (description.contains("revision of auth store is old")
                        || description.contains("revision in header is old"));
    }

    /** Whether waiting cannot help: the TLS handshake fails by itself. */
    static boolean isHandshakeFailure(Throwable e) {
        return find(e, SSLException.class) != null || find(e, CertificateException.class) != null;
    }

    /** One line on why a call failed, with what the operator can do. */
    static String reason(Throwable e) {
        if (find(e, CertificateExpiredException.class) != null) {
            return "its server certificate has expired; run `neco cert renew` as root on that server, whose etcd takes the new one"
                    + " up by itself";
        }
        if (find(e, CertificateNotYetValidException.class) != null) {
            return "its server certificate is not valid yet; compare the clocks of both servers";
        }
        if (find(e, CertPathBuilderException.class) != null || find(e, SignatureException.class) != null) {
            return "its server certificate is not signed by a trusted CA; set tls-ca-file, or install the CA of"
                    + " /usr/local/share/ca-certificates/neco.crt with update-ca-certificates";
        }
        CertificateException certificate = find(e, CertificateException.class);
        if (certificate != null) {
            return "its server certificate is not accepted: " + certificate.getMessage();
        }
        SSLException tls = find(e, SSLException.class);
        if (tls != null) {
            return tlsReason(String.valueOf(tls.getMessage()));
        }
        if (e instanceof StatusRuntimeException status) {
            return statusReason(status);
        }
        return e instanceof TimeoutException ? "no answer" : String.valueOf(e.getMessage());
    }

    /** As {@link #reason}, for a member that has never answered: a connection it just closes has a cause one can name. */
    static String firstContactReason(Throwable e) {
        String reason = reason(e);
        boolean closed = reason.contains("Network closed for unknown reason")
                || reason.contains("Connection reset")
                || reason.contains("Broken pipe");
        return closed
                ? "it closed the connection at once; it speaks TLS there (then use https:// in endpoints), or it does"
                        + " not accept the client certificate (then check that tls-cert-file is signed by etcd's"
                        + " client CA and has not expired)"
                : reason;
    }

    private static String tlsReason(String message) {
        String lower = message.toLowerCase(java.util.Locale.ROOT);
        if (lower.contains("bad_certificate")
                || lower.contains("certificate_required")
                || lower.contains("unknown_ca")) {
            return "it does not accept the client certificate (" + message
                    + "); check that tls-cert-file is signed by etcd's client CA and has not expired";
        }
        if (lower.contains("not an ssl/tls record")) {
            return "it does not speak TLS there; use http:// in endpoints";
        }
        return "the TLS handshake failed: " + message;
    }

    private static String statusReason(StatusRuntimeException e) {
        Status status = e.getStatus();
        String description = status.getDescription() == null ? "" : status.getDescription();
        return switch (status.getCode()) {
            case PERMISSION_DENIED, UNAUTHENTICATED ->
                "permission denied (" + description
                        + "); the user is the CN of tls-cert-file, or username where that is set, and etcd must know it with a role"
                        + " that allows this";
            case INVALID_ARGUMENT ->
                isWithoutUser(status)
                        ? "authentication is on, but no client certificate was shown and no user has logged in; set"
                                + " tls-cert-file and tls-key-file, or username and password"
                        : description;
            case RESOURCE_EXHAUSTED ->
                description.contains("database space exceeded")
                        ? description
                                + "; make room with `etcdctl compact` and `etcdctl defrag`, then allow writes again with"
                                + " `etcdctl alarm disarm`"
                        : description;
            case DEADLINE_EXCEEDED -> "no answer in time";
            case UNAVAILABLE -> {
                Throwable root = rootCause(e);
                yield root == e ? description : String.valueOf(root.getMessage());
            }
            default -> description.isEmpty() ? status.getCode().toString() : description;
        };
    }

    private static Throwable rootCause(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    private static <T extends Throwable> @Nullable T find(Throwable e, Class<T> type) {
        Throwable last = null;
        for (Throwable t = e; t != null && t != last; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
            last = t;
        }
        return null;
    }
}

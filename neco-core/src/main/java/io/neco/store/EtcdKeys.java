package io.neco.store;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import java.nio.charset.StandardCharsets;

/**
 * Builds etcd's requests for keys of one name space, in transaction compares too.
 *
 * @param nameSpace what every key begins with, e.g. {@code /neco/}
 * @param nameSpaceBytes how many bytes of a key that is
 */
record EtcdKeys(String nameSpace, int nameSpaceBytes) {

    EtcdKeys(String nameSpace) {
        this(nameSpace, nameSpace.getBytes(StandardCharsets.UTF_8).length);
    }

    ByteString key(String key) {
        return ByteString.copyFromUtf8(nameSpace + key);
    }

    /** The key without the name space. */
    String stripped(ByteString key) {
        return key.substring(nameSpaceBytes).toStringUtf8();
    }

    /** The end of the range of everything beginning with {@code key}. */
    static ByteString prefixEnd(ByteString key) {
        byte[] end = key.toByteArray();
        for (int i = end.length - 1; i >= 0; i--) {
            if (end[i] != (byte) 0xff) {
                end[i]++;
                return ByteString.copyFrom(end, 0, i + 1);
            }
        }
        return ByteString.copyFrom(new byte[] {0});
    }

    RangeRequest range(KeyRange range) {
        ByteString first = key(range.key());
        RangeRequest.Builder request = RangeRequest.newBuilder()
                .setKey(first)
                .setRevision(range.revision())
                .setKeysOnly(range.keysOnly());
        if (range.prefix()) {
            request.setRangeEnd(prefixEnd(first));
        }
        return request.build();
    }

    PutRequest put(String key, String value) {
        return PutRequest.newBuilder()
                .setKey(key(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }

    RequestOp putOp(String key, String value) {
        return RequestOp.newBuilder().setRequestPut(put(key, value)).build();
    }

    RequestOp deleteOp(String key) {
        return RequestOp.newBuilder()
                .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key(key)))
                .build();
    }

    RequestOp deletePrefixOp(String prefix) {
        ByteString first = key(prefix);
        return RequestOp.newBuilder()
                .setRequestDeleteRange(
                        DeleteRangeRequest.newBuilder().setKey(first).setRangeEnd(prefixEnd(first)))
                .build();
    }

    Compare exists(String key) {
        return Compare.newBuilder()
                .setKey(key(key))
                .setTarget(Compare.CompareTarget.VERSION)
                .setResult(Compare.CompareResult.GREATER)
                .setVersion(0)
                .build();
    }

    Compare modifiedAt(String key, long revision) {
        return Compare.newBuilder()
                .setKey(key(key))
                .setTarget(Compare.CompareTarget.MOD)
                .setResult(Compare.CompareResult.EQUAL)
                .setModRevision(revision)
                .build();
    }

    /** Whether a key was not written after a revision; a deleted key counts as not written, see {@link #exists}. */
    Compare unmodifiedSince(String key, long revision) {
        return Compare.newBuilder()
                .setKey(key(key))
                .setTarget(Compare.CompareTarget.MOD)
                .setResult(Compare.CompareResult.LESS)
                .setModRevision(revision + 1)
                .build();
    }

    /** Whether none of the keys there are that begin with {@code prefix} was written after a revision. */
    Compare noneModifiedSince(String prefix, long revision) {
        return unmodifiedSince(prefix, revision).toBuilder()
                .setRangeEnd(prefixEnd(key(prefix)))
                .build();
    }

    Compare createdAt(String key, long revision) {
        return Compare.newBuilder()
                .setKey(key(key))
                .setTarget(Compare.CompareTarget.CREATE)
                .setResult(Compare.CompareResult.EQUAL)
                .setCreateRevision(revision)
                .build();
    }
}

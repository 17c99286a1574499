package io.neco.store;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.AuthEnableRequest;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthRoleAddRequest;
import io.etcd.jetcd.api.AuthRoleGetRequest;
import io.etcd.jetcd.api.AuthRoleGrantPermissionRequest;
import io.etcd.jetcd.api.AuthRoleListRequest;
import io.etcd.jetcd.api.AuthUserAddRequest;
import io.etcd.jetcd.api.AuthUserGetRequest;
import io.etcd.jetcd.api.AuthUserGrantRoleRequest;
import io.etcd.jetcd.api.AuthUserListRequest;
import io.etcd.jetcd.api.ClusterGrpc;
import io.etcd.jetcd.api.MemberAddRequest;
import io.etcd.jetcd.api.MemberListRequest;
import io.etcd.jetcd.api.MemberPromoteRequest;
import io.etcd.jetcd.api.MemberRemoveRequest;
import io.etcd.jetcd.api.Permission;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Members and users of the etcd cluster, which are outside of any name space; source: etcd.go at 1eec387. */
final class EtcdAdministration {
    private static final String ROOT = "root";
    private static final int PASSWORD_BYTES = 16;

    private final EtcdConnection connection;
    private final SecureRandom random = new SecureRandom();

    EtcdAdministration(EtcdConnection connection) {
        this.connection = connection;
    }

    List<Member> members() {
        return connection
                .repeatable(
                        "list etcd's members",
                        ClusterGrpc.getMemberListMethod(),
                        MemberListRequest.getDefaultInstance())
                .getMembersList()
                .stream()
                .map(EtcdAdministration::member)
                .toList();
    }

    List<Member> addMember(String peerUrl, boolean isLearner) {
        return connection
                .write(
                        "add " + (isLearner ? "learner " : "member ") + peerUrl + " to etcd",
                        ClusterGrpc.getMemberAddMethod(),
                        MemberAddRequest.newBuilder()
                                .addPeerURLs(peerUrl)
                                .setIsLearner(isLearner)
                                .build())
                .getMembersList()
                .stream()
                .map(EtcdAdministration::member)
                .toList();
    }

    void promoteMember(long id) {
        connection.write(
                "promote member " + Long.toHexString(id) + " of etcd",
                ClusterGrpc.getMemberPromoteMethod(),
                MemberPromoteRequest.newBuilder().setID(id).build());
    }

    void removeMember(long id) {
        connection.write(
                "remove member " + Long.toHexString(id) + " from etcd",
                ClusterGrpc.getMemberRemoveMethod(),
                MemberRemoveRequest.newBuilder().setID(id).build());
    }

    /** See {@link NecoStore#ensureUser}. */
    List<UserPart> ensureUser(String name, Optional<String> keyPrefix) {
        String role = keyPrefix.isEmpty() ? ROOT : name;
        List<UserPart> parts = new ArrayList<>();
        parts.add(ensure("user " + name + " of etcd", users().contains(name), () -> addUserOnly(name)));
        parts.add(ensure("role " + role + " of etcd", roles().contains(role), () -> addRole(role)));
        keyPrefix.ifPresent(prefix -> parts.add(ensure(
                "permission of role " + role + " to read and write keys that begin with " + prefix,
                mayUse(role, prefix),
                () -> grantKeys(role, prefix))));
        parts.add(ensure("role " + role + " of user " + name, rolesOf(name).contains(role), () -> grant(name, role)));
        return parts;
    }

    private static UserPart ensure(String what, boolean isThere, Runnable maker) {
        if (!isThere) {
            maker.run();
        }
        return new UserPart(what, !isThere);
    }

    private List<String> users() {
        return connection
                .repeatable("list etcd's users", AuthGrpc.getUserListMethod(), AuthUserListRequest.getDefaultInstance())
                .getUsersList();
    }

    private List<String> roles() {
        return connection
                .repeatable("list etcd's roles", AuthGrpc.getRoleListMethod(), AuthRoleListRequest.getDefaultInstance())
                .getRolesList();
    }

    private List<String> rolesOf(String user) {
        return connection
                .repeatable(
                        "read etcd user " + user,
                        AuthGrpc.getUserGetMethod(),
                        AuthUserGetRequest.newBuilder().setName(user).build())
                .getRolesList();
    }

    private boolean mayUse(String role, String keyPrefix) {
        ByteString first = ByteString.copyFromUtf8(keyPrefix);
        return connection
                .repeatable(
                        "read etcd role " + role,
                        AuthGrpc.getRoleGetMethod(),
                        AuthRoleGetRequest.newBuilder().setRole(role).build())
                .getPermList()
                .stream()
                .anyMatch(p -> p.getPermType() == Permission.Type.READWRITE
                        && p.getKey().equals(first)
                        && p.getRangeEnd().equals(EtcdKeys.prefixEnd(first)));
    }

    /** Lets a role read and write everything that begins with {@code keyPrefix}. */
    void grantKeys(String role, String keyPrefix) {
        ByteString first = ByteString.copyFromUtf8(keyPrefix);
        connection.write(
                "grant " + keyPrefix + " to etcd role " + role,
                AuthGrpc.getRoleGrantPermissionMethod(),
                AuthRoleGrantPermissionRequest.newBuilder()
                        .setName(role)
                        .setPerm(Permission.newBuilder()
                                .setPermType(Permission.Type.READWRITE)
                                .setKey(first)
                                .setRangeEnd(EtcdKeys.prefixEnd(first)))
                        .build());
    }

    void enableAuth() {
        connection.write(
                "enable etcd's authentication", AuthGrpc.getAuthEnableMethod(), AuthEnableRequest.getDefaultInstance());
    }

    private void addUserOnly(String name) {
        byte[] password = new byte[PASSWORD_BYTES];
        random.nextBytes(password);
        // nobody will ever use the password: users are known by the CN of their certificate
        connection.write(
                "add etcd user " + name,
                AuthGrpc.getUserAddMethod(),
                AuthUserAddRequest.newBuilder()
                        .setName(name)
                        .setPassword(HexFormat.of().formatHex(password))
                        .build());
    }

    private void addRole(String name) {
        connection.write(
                "add etcd role " + name,
                AuthGrpc.getRoleAddMethod(),
                AuthRoleAddRequest.newBuilder().setName(name).build());
    }

    private void grant(String user, String role) {
        connection.write(
                "grant etcd role " + role + " to user " + user,
                AuthGrpc.getUserGrantRoleMethod(),
                AuthUserGrantRoleRequest.newBuilder()
                        .setUser(user)
                        .setRole(role)
                        .build());
    }

    private static Member member(io.etcd.jetcd.api.Member member) {
        return new Member(
                member.getID(),
                member.getName(),
                member.getPeerURLsList(),
                member.getClientURLsList(),
                member.getIsLearner());
    }
}

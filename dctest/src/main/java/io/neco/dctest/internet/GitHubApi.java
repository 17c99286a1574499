package io.neco.dctest.internet;

import io.neco.dctest.internet.ReleaseStore.Asset;
import io.neco.dctest.internet.ReleaseStore.Release;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The part of GitHub's REST API that deals with releases, for reading. Any token is accepted.
 *
 * <p>Faults of server {@code api}: {@code rate-limit} (403, nothing left; with a number, that limit per hour instead of
 * 5000), {@code unauthorized}, {@code forbidden}, {@code not-found}, {@code server-error}, {@code malformed} (cut JSON),
 * {@code no-assets} (releases without their files), {@code no-digest} (files without their digests, as before 2025).
 *
 * <p>Source: GitHub REST API, version 2022-11-28, "Releases", "Rate limits", "Using pagination".
 */
public final class GitHubApi implements Site {
    private static final String DOCUMENTATION = "https://docs.github.com/rest";
    private static final long DEFAULT_LIMIT = 5000;

    private final ReleaseStore store;
    private final Faults faults;
    private final RateLimit rateLimit;
    private final String api;
    private final String web;

    /**
     * An API that serves the releases of {@code store}.
     *
     * @param scheme {@code https}, or {@code http} in tests: how addresses in its answers start
     */
    public GitHubApi(ReleaseStore store, Faults faults, Clock clock, String scheme) {
        this.api = scheme + "://api.github.com";
        this.web = scheme + "://github.com";
        this.store = store;
        this.faults = faults;
        this.rateLimit = new RateLimit(clock);
    }

    @Override
    public Reply answer(Request request) throws IOException {
        if (request.header("User-Agent").isEmpty()) {
            return Reply.text(
                    403,
                    "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.\n");
        }
        var fault = faults.of("api");
        long limit = fault.mode().equals("rate-limit") ? fault.argumentOr(0) : DEFAULT_LIMIT;
        var client = request.header("Authorization").orElse(request.client());
        if (request.path().equals("/rate_limit")) {
            var state = rateLimit.count(client, limit, 0);
            var resources = ordered("core", state.json()); // clients want all of them
            for (var other : List.of("search", "graphql", "integration_manifest")) {
                resources.put(other, new RateLimit.State(limit, 0, state.reset()).json());
            }
            return state.stamp(Reply.json(200, ordered("resources", resources, "rate", state.json())));
        }
        var failure = failure(fault.mode());
        if (failure.isPresent()) {
            return rateLimit.count(client, limit, 1).stamp(failure.get());
        }

        if (rateLimit.count(client, limit, 0).remaining() == 0) {
            var who = request.header("Authorization").isPresent() ? "user ID 1" : request.client();
            return rateLimit.count(client, limit, 1).stamp(exceeded(who));
        }
        var reply = request.method().equals("GET") || request.method().equals("HEAD")
                ? route(request, fault.mode())
                : message(404, "Not Found");
        if (reply.status() == 200) {
            var tag = "W/\"" + digest(reply) + "\"";
            reply = reply.with("ETag", tag).with("Cache-Control", "public, max-age=60, s-maxage=60");
            if (request.header("If-None-Match").filter(tag::equals).isPresent()) { // costs nothing
                return rateLimit
                        .count(client, limit, 0)
                        .stamp(new Reply(304, Map.of("ETag", tag), Content.of(new byte[0])));
            }
        }
        var state = rateLimit.count(client, limit, 1);
        if (fault.mode().equals("malformed")) {
            reply = reply.with(halved(reply.content()));
        }
        return state.stamp(reply).with("X-GitHub-Media-Type", "github.v3; format=json");
    }

    private static Reply exceeded(String who) {
        return Reply.json(
                403,
                ordered(
                        "message",
                        "API rate limit exceeded for " + who + ".",
                        "documentation_url",
                        DOCUMENTATION + "/overview/resources-in-the-rest-api#rate-limiting"));
    }

    private static Optional<Reply> failure(String mode) {
        return switch (mode) {
            case "unauthorized" -> Optional.of(message(401, "Bad credentials"));
            case "forbidden" -> Optional.of(message(403, "Resource not accessible by personal access token"));
            case "not-found" -> Optional.of(message(404, "Not Found"));
            case "server-error" -> Optional.of(message(500, "Server Error"));
            case "none", "rate-limit", "malformed", "no-assets", "no-digest" -> Optional.empty();
            default -> Optional.of(message(500, "the lab knows no fault api=" + mode));
        };
    }

    private Reply route(Request request, String mode) throws IOException {
        var path = request.segments();
        if (path.isEmpty()) {
            return Reply.json(200, ordered("current_user_url", api + "/user", "rate_limit_url", api + "/rate_limit"));
        }
        if (path.size() == 1 && path.get(0).equals("user")) {
            return request.header("Authorization").isPresent()
                    ? Reply.json(200, user("lab"))
                    : message(401, "Requires authentication");
        }
        if (path.size() >= 2 && path.get(0).equals("repositories")) { // links between pages name a repository so
            var names = store.repository(parseOr(path.get(1), -1));
            if (names.isEmpty()) {
                return message(404, "Not Found");
            }
            return repository(names.get().get(0), names.get().get(1), path.subList(2, path.size()), request, mode);
        }
        if (path.size() >= 3 && path.get(0).equals("repos")) {
            return repository(path.get(1), path.get(2), path.subList(3, path.size()), request, mode);
        }
        return message(404, "Not Found");
    }

    private Reply repository(String owner, String name, List<String> rest, Request request, String mode)
            throws IOException {
        var stored = store.releases(owner, name);
        if (stored.isEmpty()) {
            return message(404, "Not Found");
        }
        if (rest.isEmpty()) {
            return Reply.json(200, repositoryJson(owner, name));
        }
        if (!rest.get(0).equals("releases")) {
            return message(404, "Not Found");
        }
        var visible = stored.get().stream().filter(r -> !r.draft()).toList(); // drafts are for those who may write
        if (rest.size() == 1) {
            return page(visible, owner, name, request, mode);
        }
        if (rest.size() == 2 && rest.get(1).equals("latest")) {
            return first(visible, r -> !r.prerelease(), mode);
        }
        if (rest.size() >= 3 && rest.get(1).equals("tags")) {
            var tag = String.join("/", rest.subList(2, rest.size()));
            return first(visible, r -> r.tag().equals(tag), mode);
        }
        if (rest.size() == 3 && rest.get(1).equals("assets")) {
            long id = parseOr(rest.get(2), -1);
            for (var release : visible) {
                for (var asset : release.assets()) {
                    if (asset.id() == id) {
                        return request.header("Accept")
                                        .filter("application/octet-stream"::equals)
                                        .isPresent()
                                ? new Reply(
                                        302, Map.of("Location", downloadUrl(release, asset)), Content.of(new byte[0]))
                                : Reply.json(200, assetJson(release, asset, mode));
                    }
                }
            }
            return message(404, "Not Found");
        }
        long id = parseOr(rest.get(1), -1);
        if (rest.size() == 3 && rest.get(2).equals("assets")) {
            return visible.stream()
                    .filter(r -> r.id() == id)
                    .findFirst()
                    .map(r -> Reply.json(200, assetsJson(r, mode)))
                    .orElseGet(() -> message(404, "Not Found"));
        }
        return rest.size() == 2 ? first(visible, r -> r.id() == id, mode) : message(404, "Not Found");
    }

    private Reply first(List<Release> releases, Predicate<Release> wanted, String mode) {
        return releases.stream()
                .filter(wanted)
                .findFirst()
                .map(r -> Reply.json(200, releaseJson(r, mode)))
                .orElseGet(() -> message(404, "Not Found"));
    }

    private Reply page(List<Release> releases, String owner, String name, Request request, String mode) {
        int size = (int) Math.min(100, Math.max(1, parseOr(request.query().getOrDefault("per_page", "30"), 30)));
        int page = (int) Math.max(1, parseOr(request.query().getOrDefault("page", "1"), 1));
        int pages = Math.max(1, (releases.size() + size - 1) / size);
        var part = releases.stream().skip((long) (page - 1) * size).limit(size).toList();
        var reply = Reply.json(200, part.stream().map(r -> releaseJson(r, mode)).toList());

        var links = new ArrayList<String>();
        var base = api + "/repositories/" + ReleaseStore.repositoryId(owner, name) + "/releases?per_page=" + size;
        if (page > 1) {
            links.add("<" + base + "&page=" + Math.min(page - 1, pages) + ">; rel=\"prev\"");
        }
        if (page < pages) {
            links.add("<" + base + "&page=" + (page + 1) + ">; rel=\"next\"");
            links.add("<" + base + "&page=" + pages + ">; rel=\"last\"");
        }
        if (page > 1) {
            links.add("<" + base + "&page=1>; rel=\"first\"");
        }
        return links.isEmpty() ? reply : reply.with("Link", String.join(", ", links));
    }

    private Map<String, Object> releaseJson(Release r, String mode) {
        var url = api + "/repos/" + r.owner() + "/" + r.repository();
        var html = web + "/" + r.owner() + "/" + r.repository();
        var uploads = "https://uploads.github.com/repos/" + r.owner() + "/" + r.repository();
        return ordered(
                "url",
                url + "/releases/" + r.id(),
                "assets_url",
                url + "/releases/" + r.id() + "/assets",
                "upload_url",
                uploads + "/releases/" + r.id() + "/assets{?name,label}",
                "html_url",
                html + "/releases/tag/" + r.tag(),
                "id",
                r.id(),
                "author",
                user(r.owner()),
                "node_id",
                "RE_" + r.id(),
                "tag_name",
                r.tag(),
                "target_commitish",
                "main",
                "name",
                r.name(),
                "draft",
                r.draft(),
                "prerelease",
                r.prerelease(),
                "created_at",
                time(r.created()),
                "published_at",
                time(r.created()),
                "assets",
                assetsJson(r, mode),
                "tarball_url",
                url + "/tarball/" + r.tag(),
                "zipball_url",
                url + "/zipball/" + r.tag(),
                "body",
                r.body());
    }

    private List<Map<String, Object>> assetsJson(Release r, String mode) {
        return mode.equals("no-assets")
                ? List.of()
                : r.assets().stream().map(a -> assetJson(r, a, mode)).toList();
    }

    private Map<String, Object> assetJson(Release r, Asset a, String mode) {
        var json = ordered(
                "url",
                api + "/repos/" + r.owner() + "/" + r.repository() + "/releases/assets/" + a.id(),
                "id",
                a.id(),
                "node_id",
                "RA_" + a.id(),
                "name",
                a.name(),
                "label",
                "",
                "uploader",
                user(r.owner()),
                "content_type",
                a.name().endsWith(".deb") ? "application/vnd.debian.binary-package" : "application/octet-stream",
                "state",
                "uploaded",
                "size",
                a.size(),
                "digest",
                "sha256:" + a.sha256(),
                "download_count",
                0,
                "created_at",
                time(a.modified()),
                "updated_at",
                time(a.modified()),
                "browser_download_url",
                downloadUrl(r, a));
        if (mode.equals("no-digest")) {
            json.remove("digest");
        }
        return json;
    }

    private String downloadUrl(Release r, Asset a) {
        return web + "/" + r.owner() + "/" + r.repository() + "/releases/download/" + r.tag() + "/" + a.name();
    }

    private Map<String, Object> repositoryJson(String owner, String name) {
        var url = api + "/repos/" + owner + "/" + name;
        var html = web + "/" + owner + "/" + name;
        return ordered(
                "id",
                ReleaseStore.repositoryId(owner, name),
                "node_id",
                "R_" + ReleaseStore.repositoryId(owner, name),
                "name",
                name,
                "full_name",
                owner + "/" + name,
                "private",
                false,
                "owner",
                user(owner),
                "html_url",
                html,
                "url",
                url,
                "releases_url",
                url + "/releases{/id}",
                "default_branch",
                "main",
                "archived",
                false,
                "disabled",
                false);
    }

    private Map<String, Object> user(String login) {
        return ordered(
                "login",
                login,
                "id",
                1,
                "node_id",
                "U_1",
                "url",
                api + "/users/" + login,
                "html_url",
                web + "/" + login,
                "type",
                "Organization",
                "site_admin",
                false);
    }

    private static Reply message(int status, String text) {
        return Reply.json(
                status,
                ordered("message", text, "documentation_url", DOCUMENTATION, "status", Integer.toString(status)));
    }

    private static Map<String, Object> ordered(Object... namesAndValues) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
        }
        return map;
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static long parseOr(String text, long other) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return other;
        }
    }

    private static byte[] bytes(Content content) {
        var out = new java.io.ByteArrayOutputStream();
        try {
            content.writeTo(out);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static Content halved(Content content) {
        var all = new String(bytes(content), StandardCharsets.UTF_8);
        return Content.of(all.substring(0, all.length() / 2).getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(Reply reply) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(bytes(reply.content()));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

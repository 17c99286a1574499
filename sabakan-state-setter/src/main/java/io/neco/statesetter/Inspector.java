package io.neco.statesetter;

import io.neco.contents.Parallel;
import io.neco.sabakan.StatedMachine;
import io.neco.statesetter.serf.SerfMember;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out how machines are: serf's view is given, the metrics of those that need them are fetched, several at a time. */
final class Inspector {
    private static final Logger log = LoggerFactory.getLogger(Inspector.class);

    private final Settings settings;
    private final Scraper scraper;
    private final int parallel;

    /**
     * An inspector.
     *
     * @param parallel how many machines are asked for metrics at a time
     */
    Inspector(Settings settings, Scraper scraper, int parallel) {
        this.settings = settings;
        this.scraper = scraper;
        this.parallel = parallel;
    }

    /**
     * What was found out.
     *
     * @param findings about each machine, in the order given
     * @param failedScrapes how many machines did not give their metrics
     */
    record Result(List<Finding> findings, int failedScrapes) {
        /** Copies the list. */
        Result {
            findings = List.copyOf(findings);
        }
    }

    /** Looks at machines. */
    Result inspect(List<StatedMachine> machines, List<SerfMember> members) throws InterruptedException {
        Map<String, SerfMember> byAddress = new HashMap<>();
        // a member that was renamed stays listed as failed under its former name for a day
        members.forEach(member -> byAddress.merge(
                member.address(), member, (one, other) -> other.isAlive() || !one.isAlive() ? other : one));
        Map<String, Judgement> judged = new ConcurrentHashMap<>();
        ConcurrentHashMap<String, String> failed = new ConcurrentHashMap<>();
        List<Parallel.Task> scrapes = new ArrayList<>();
        for (StatedMachine machine : machines) {
            if (!Health.isChecked(machine.state())) {
                judged.put(machine.serial(), Judgement.of(Verdict.SKIPPED, "skip health check"));
                continue;
            }
            Optional<SerfMember> member =
                    machine.address().flatMap(address -> Optional.ofNullable(byAddress.get(address)));
            Optional<MachineType> type = settings.type(machine.type());
            Optional<Judgement> early = Health.withoutMetrics(member, type);
            if (early.isPresent()) {
                judged.put(machine.serial(), early.get());
            } else {
                SerfMember found = member.orElseThrow();
                MachineType known = type.orElseThrow();
                scrapes.add(() -> {
                    Optional<Map<String, MetricFamily>> metrics = metrics(machine, known);
                    if (metrics.isEmpty()) {
                        failed.put(machine.serial(), found.address());
                    }
                    judged.put(machine.serial(), Health.withMetrics(found, known, metrics));
                });
            }
        }
        try {
            Parallel.run("metrics", parallel, scrapes);
        } catch (IOException e) {
            throw new IllegalStateException("no scrape throws", e);
        }
        List<Finding> findings = machines.stream()
                .map(machine -> new Finding(machine, Objects.requireNonNull(judged.get(machine.serial()))))
                .toList();
        return new Result(findings, failed.size());
    }

    private Optional<Map<String, MetricFamily>> metrics(StatedMachine machine, MachineType type)
            throws InterruptedException {
        String address = machine.address().orElse("");
        try {
            URI target = Scraper.target(address);
            return Optional.of(scraper.fetch(
                    target, type.checks().stream().map(MetricCheck::name).collect(Collectors.toSet())));
        } catch (IOException | IllegalArgumentException e) {
            log.atWarn()
                    .addKeyValue("serial", machine.serial())
                    .addKeyValue("ipv4", address)
                    .addKeyValue("error", e)
                    .log("failed to get metrics");
            return Optional.empty();
        }
    }
}

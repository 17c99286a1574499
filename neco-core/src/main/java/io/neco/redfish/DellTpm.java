package io.neco.redfish;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears the TPM 2.0 of a Dell server through its iDRAC: a BIOS setting, a job that applies it at the next start, and that start.
 *
 * <p>Source: pkg/neco/cmd/tpm_clear.go at 1eec387.
 */
public final class DellTpm {
    private static final Logger log = LoggerFactory.getLogger(DellTpm.class);
    private static final String JOBS = "/redfish/v1/Managers/iDRAC.Embedded.1/Jobs";
    private static final String SETTINGS = "/redfish/v1/Systems/System.Embedded.1/Bios/Settings";
    private static final String ATTRIBUTE = "Tpm2Hierarchy";
    private static final String CLEAR = "Clear";

    private DellTpm() {}

    /** One step of the work. */
    private interface Step<T> {
        T run() throws IOException, InterruptedException;
    }

    /**
     * Clears it, and starts or restarts the server for that. May be repeated when it fails half way.
     *
     * @throws IOException when a step fails; the message names it
     */
    public static void clear(RedfishClient controller) throws IOException, InterruptedException {
        attempt("set bios attribute", () -> {
            Bios bios = controller
                    .bios(controller.system())
                    .orElseThrow(() -> new IOException("the BMC knows no BIOS settings of this machine"));
            controller.setBiosAttribute(bios, ATTRIBUTE, CLEAR);
            return true;
        });
        log.info("bios attribute is updated");

        String job = attempt("create bios setting job", () -> createJob(controller));
        log.atInfo().addKeyValue("job_id", job).log("bios setting job is created");

        attempt("reset", () -> {
            ComputerSystem system = controller.system();
            controller.reset(system, start(system.powerState()));
            return true;
        });
        log.info("machine power operation has been performed");
    }

    /** The job's name; empty text when it is there already from an earlier attempt, whose restart failed. */
    private static String createJob(RedfishClient controller) throws IOException, InterruptedException {
        try {
            Optional<String> location = controller.create(JOBS, Map.of("TargetSettingsURI", SETTINGS));
            return location.map(path -> path.substring(path.lastIndexOf('/') + 1))
                    .orElse("");
        } catch (RedfishException e) {
            if (e.isJobThereAlready()) {
                return "";
            }
            throw e;
        }
    }

    private static ResetType start(String powerState) throws IOException {
        return switch (powerState) {
            case ComputerSystem.ON -> ResetType.FORCE_RESTART;
            case ComputerSystem.OFF -> ResetType.ON;
            default ->
                throw new IOException(
                        "unsupported power state: " + powerState + "; try again when the machine is either On or Off");
        };
    }

    private static <T> T attempt(String what, Step<T> step) throws IOException, InterruptedException {
        try {
            return step.run();
        } catch (IOException e) {
            throw new IOException("failed to " + what + ": " + e.getMessage(), e);
        }
    }
}

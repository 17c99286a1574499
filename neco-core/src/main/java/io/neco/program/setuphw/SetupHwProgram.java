package io.neco.program.setuphw;

import io.neco.program.ContainerUnit;
import java.util.List;

/**
 * The unit of setup-hw on a boot server. It needs no configuration but what {@code neco bmc setup-hw} writes.
 *
 * <p>Source: progs/setuphw/ at 1eec387.
 */
public final class SetupHwProgram {
    /** The unit's name, without {@code .service}. */
    public static final String SERVICE = "setup-hw";
    /** Name of the image in the artifact set. */
    public static final String IMAGE = "setup-hw";

    private SetupHwProgram() {}

    /**
     * The unit file {@code setup-hw.service}.
     *
     * @param image full name of the image
     */
    public static String service(String image) {
        return """
                [Unit]
                Description=Setup hardware container
                Wants=docker.service
                After=docker.service
                StartLimitIntervalSec=600s
                ConditionPathExists=/etc/neco/bmc-address.json

                [Service]
                Type=simple
                Restart=always
                RestartSec=10s
                OOMScoreAdjust=-1000
                ExecStartPre=/bin/mkdir -p /var/lib/setup-hw
                %s
                [Install]
                WantedBy=multi-user.target
                """.formatted(ContainerUnit.run(
                SERVICE,
                List.of(
                        "--network=host --uts=host",
                        "--log-driver=journald",
                        "--pull=never",
                        "--oom-kill-disable=true",
                        "--privileged",
                        "--volume=/dev:/dev",
                        "--volume=/lib/modules:/lib/modules:ro",
                        "--volume=/etc/neco:/etc/neco:ro",
                        "--volume=/var/lib/setup-hw:/var/lib/setup-hw"),
                image));
    }
}

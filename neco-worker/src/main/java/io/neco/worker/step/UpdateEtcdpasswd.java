package io.neco.worker.step;

import io.neco.artifact.DebianPackage;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.program.etcdpasswd.EtcdpasswdProgram;
import io.neco.program.etcdpasswd.LoginRules;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes how this server may be logged in to, and keeps etcdpasswd, which makes users and their keys the same everywhere.
 *
 * <p>Source: worker/etcdpasswd.go at 1eec387, which restarts sshd every time, and leaves the agent stopped after a new package. Here sshd
 * reads its files anew, and only when they have changed: its unit checks them first, so that a mistake in another file there does not lock
 * everybody out.
 */
public final class UpdateEtcdpasswd implements UpdateStep {
    private static final Logger log = LoggerFactory.getLogger(UpdateEtcdpasswd.class);

    @Override
    public String description() {
        return "writes the settings of sshd and sudo, files of etcdpasswd's agent, and installs its Debian package";
    }

    @Override
    public boolean isRehearsable() {
        return true;
    }

    @Override
    public Duration deadline() {
        return Duration.ofMinutes(20);
    }

    private static final String SSHD = "ssh.service";

    @Override
    public void run(StepContext context) throws IOException, CancelledException, InterruptedException {
        StepHost host = context.host();
        allowLogins(context);
        ProgramUpdate agent = new ProgramUpdate(context, EtcdpasswdProgram.SERVICE + ".service");
        agent.writeDropIn(HostPaths.ETCDPASSWD_DROP_IN, EtcdpasswdProgram.dropIn());
        agent.write(
                HostPaths.ETCDPASSWD_CONFIG_FILE,
                EtcdpasswdProgram.config(context.request().servers(), host.servers()),
                FileMode.WORLD_READABLE);
        context.hideKey(HostPaths.ETCDPASSWD_KEY_FILE, FileMode.PRIVATE);
        if (context.needsPackage(EtcdpasswdProgram.PACKAGE)) {
            agent.changes(); // the package's scripts stop the agent and do not start it
            DebianPackage wanted = host.artifacts().deb(EtcdpasswdProgram.PACKAGE);
            host.packages().install(wanted, context.settings(), context.cancellation());
            context.recordPackage(EtcdpasswdProgram.PACKAGE);
        }
        agent.restartIfChanged();
        log.info("etcdpasswd: updated");
    }

    private static void allowLogins(StepContext context) throws IOException, InterruptedException {
        StepHost host = context.host();
        HostFiles files = host.files();
        ProgramUpdate sshd = new ProgramUpdate(context, SSHD);
        sshd.write(HostPaths.SSHD_DROP_IN, LoginRules.sshd(), FileMode.WORLD_READABLE);
        if (host.systemd().isInstalled(SSHD)) {
            sshd.reloadIfChanged();
        } else {
            log.info("etcdpasswd: " + SSHD + " is not installed on this server");
            sshd.settled();
        }
        if (!files.exists(HostPaths.SUDOERS_FILE)) {
            files.write(HostPaths.SUDOERS_FILE, LoginRules.sudoers(), FileMode.SUDOERS);
            context.changed(HostPaths.SUDOERS_FILE);
        }
    }
}

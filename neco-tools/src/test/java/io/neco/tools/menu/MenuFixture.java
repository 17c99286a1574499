package io.neco.tools.menu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Menus for tests: dctest's own, and one with every feature. */
final class MenuFixture {
    /** The menus of the virtual data centre. */
    static final Path DCTEST = Path.of("../dctest/menu");

    /** Two racks, disks in classes, processors in detail, UEFI. */
    static final String EXAMPLE = """
            kind: Network
            spec:
              ipam-config: ipam.json
              asn-base: 64600
              internet: 10.0.0.0/24
              spine-tor: 10.0.1.0
              core-spine: 10.0.2.0/31
              core-external: 10.0.3.0/24
              core-operation: 10.0.4.0/24
              proxy: 10.0.49.3
              ntp: 172.16.4.64/29
              pod: 10.64.0.0/14
              exposed:
                loadbalancer: 10.72.32.0/20
                bastion: 10.72.48.0/26
                ingress: 10.72.48.64/26
                global: 172.19.0.0/24
            ---
            kind: Inventory
            spec:
              spine: 2
              rack:
                - { cs: 2, ss: 0 }
                - { cs: 2, ss: 2 }
            ---
            { kind: Image, name: ubuntu, url: "https://example.com/ubuntu.img", compression: gzip }
            ---
            { kind: Image, name: extra, file: ./extra.img }
            ---
            { kind: Image, name: flatcar, file: flatcar.img }
            ---
            { kind: DeviceClass, name: ssd, path: /scratch/ssd }
            ---
            { kind: DeviceClass, name: hdd, path: /scratch/hdd }
            ---
            kind: Node
            type: boot
            spec: { cpu: 2, memory: 2G, image: ubuntu, cloud-init-template: seed.template }
            ---
            kind: Node
            type: cs
            spec:
              smp: { cpus: 12, cores: 6, sockets: 2 }
              memory: 2G
              numa: { nodes: 4 }
              disk-count: 2
              disk-size: 30G
              data: [ extra ]
              uefi: true
              tpm: true
            ---
            kind: Node
            type: ss
            spec:
              cpu: 1
              memory: 1G
              tpm: true
              disks:
                - { device-class: ssd, count: 1, size: 50G }
                - { device-class: hdd, count: 3 }
            """;

    private final Path directory;

    MenuFixture(Path directory) throws IOException {
        this.directory = directory;
        Files.copy(DCTEST.resolve("ipam.json"), directory.resolve("ipam.json"));
        Files.writeString(
                directory.resolve("seed.template"), "#cloud-config\nhostname: {{ .Name }}\nrack: {{.Rack.Index}}\n");
    }

    /** A file beside the menu. */
    Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    Path menu(String text) throws IOException {
        return file("menu.yml", text);
    }

    Menu read(String text) throws IOException {
        return MenuReader.read(menu(text));
    }

    static DataCentre dctest(String menu) throws IOException {
        return DataCentre.of(MenuReader.read(DCTEST.resolve(menu)));
    }

    /** The files of a plan by name, without cluster.yml. */
    static Map<String, String> files(DataCentre dataCentre, String key) {
        var files = new TreeMap<String, String>();
        new DataCentreFiles(dataCentre, "quay.io/cybozu/chrony:9.9.9", Optional.of(key))
                .all()
                .forEach(file -> files.put(file.name(), file.text()));
        return files;
    }
}

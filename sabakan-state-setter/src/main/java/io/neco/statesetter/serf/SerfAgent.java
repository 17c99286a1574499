package io.neco.statesetter.serf;

import io.neco.log.Logging;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.Value;
import org.msgpack.value.ValueFactory;

/**
 * The serf agent of this host, asked by its RPC protocol. Each question has a connection of its own, so that a restart of the agent does not
 * matter. Source: https://www.serf.io/docs/agent/rpc.html.
 */
public final class SerfAgent {
    private static final int RPC_VERSION = 1;
    private static final MessagePack.PackerConfig OLD_FORMAT =
            new MessagePack.PackerConfig().withStr8FormatSupport(false);

    private final InetSocketAddress address;
    private final String shown;
    private final Duration deadline;

    /**
     * An agent.
     *
     * @param address {@code HOST:PORT}
     * @param deadline for a whole answer
     * @throws IllegalArgumentException when that is no address
     */
    public SerfAgent(String address, Duration deadline) {
        int colon = address.lastIndexOf(':');
        if (colon <= 0 || !address.substring(colon + 1).matches("\\d{1,5}")) {
            throw new IllegalArgumentException("serf's address must be HOST:PORT, but it is " + address);
        }
        String host = address.substring(0, colon).replaceAll("^\\[|]$", "");
        this.address = InetSocketAddress.createUnresolved(host, Integer.parseInt(address.substring(colon + 1)));
        this.shown = address;
        this.deadline = deadline;
    }

    /**
     * The members of the cluster, failed ones and those that left included.
     *
     * @throws IOException when the agent does not answer in time or refuses; the message names it
     * @throws InterruptedException when the thread is interrupted; the connection is closed
     */
    public List<SerfMember> members() throws IOException, InterruptedException {
        FutureTask<List<SerfMember>> task = new FutureTask<>(this::ask);
        Thread thread = new Thread(task, "serf-rpc");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException(
                    "the serf agent at " + shown + " did not answer within " + deadline.toSeconds()
                            + " s; see `systemctl status serf` on this server",
                    e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "cannot ask the serf agent at " + shown + " for its members: " + Logging.describe(cause)
                            + "; see `systemctl status serf` on this server",
                    cause);
        } finally {
            // an interrupt closes the channel
            task.cancel(true);
        }
    }

    private List<SerfMember> ask() throws IOException {
        InetSocketAddress resolved = new InetSocketAddress(address.getHostString(), address.getPort());
        try (SocketChannel channel = SocketChannel.open(resolved);
                MessageUnpacker in = MessagePack.newDefaultUnpacker(Channels.newInputStream(channel))) {
            OutputStream out = Channels.newOutputStream(channel);
            send(out, "handshake", 0, true);
            header(in, 0);
            send(out, "members", 1, false);
            header(in, 1);
            return members(in.unpackValue());
        }
    }

    private static void send(OutputStream out, String command, long sequence, boolean isHandshake) throws IOException {
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        try (MessagePacker packer = OLD_FORMAT.newPacker(buffer)) {
            packer.packMapHeader(2).packString("Command").packString(command);
            packer.packString("Seq").packLong(sequence);
            if (isHandshake) {
                packer.packMapHeader(1).packString("Version").packInt(RPC_VERSION);
            }
        }
        out.write(buffer.toByteArray());
    }

    private static void header(MessageUnpacker in, long sequence) throws IOException {
        Value header = in.unpackValue();
        String error = text(header, "Error");
        if (!error.isEmpty()) {
            throw new IOException("it refuses: " + error);
        }
        Value answered = field(header, "Seq");
        if (!answered.isIntegerValue() || answered.asIntegerValue().asLong() != sequence) {
            throw new IOException("it answers another question than was asked");
        }
    }

    private static List<SerfMember> members(Value body) throws IOException {
        Value list = field(body, "Members");
        if (!list.isArrayValue()) {
            throw new IOException("its answer has no list of members");
        }
        List<SerfMember> members = new ArrayList<>();
        for (Value member : list.asArrayValue()) {
            Map<String, String> tags = new LinkedHashMap<>();
            Value given = field(member, "Tags");
            if (given.isMapValue()) {
                given.asMapValue().map().forEach((name, value) -> tags.put(text(name), text(value)));
            }
            Value address = field(member, "Addr");
            members.add(new SerfMember(
                    text(member, "Name"),
                    address.isRawValue()
                            ? InetAddress.getByAddress(address.asRawValue().asByteArray())
                                    .getHostAddress()
                            : "",
                    text(member, "Status"),
                    tags));
        }
        return members;
    }

    private static Value field(Value map, String name) throws IOException {
        if (!map.isMapValue()) {
            throw new IOException("its answer is no map");
        }
        for (Map.Entry<Value, Value> entry : map.asMapValue().entrySet()) {
            if (text(entry.getKey()).equals(name)) {
                return entry.getValue();
            }
        }
        return ValueFactory.newNil();
    }

    private static String text(Value map, String name) throws IOException {
        return text(field(map, name));
    }

    private static String text(Value value) {
        return value.isRawValue() ? value.asRawValue().toString() : "";
    }
}

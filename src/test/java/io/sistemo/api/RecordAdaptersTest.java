package io.sistemo.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.avaje.json.stream.JsonStream;
import io.avaje.jsonb.Jsonb;
import io.avaje.jsonb.Types;
import io.sistemo.jsonb.GeneratedJsonComponent;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our registry against the library's own: what one writes and reads, the other does. */
class RecordAdaptersTest {
    private static final String SUFFIX = "JsonAdapter.class";

    private final Jsonb library = Jsonb.builder()
            .serializeNulls(true)
            .add(new GeneratedJsonComponent())
            .build();
    private final ApiJson ours = ApiJson.lenient();

    /** Every record of this package that the generator has made an adapter for. */
    static Stream<Class<?>> records() throws Exception {
        Path classes = Path.of(ApiJson.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        String packageName = ApiJson.class.getPackageName();
        List<Class<?>> records = new ArrayList<>();
        try (Stream<Path> files = Files.list(classes.resolve(packageName.replace('.', '/')))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(SUFFIX)) {
                    records.add(Class.forName(packageName + "." + name.substring(0, name.length() - SUFFIX.length())));
                }
            }
        }
        return records.stream().filter(Class::isRecord);
    }

    @Test
    void thereAreRecordsToCompare() throws Exception {
        assertThat(records()).hasSizeGreaterThan(30).contains(MachineList.class, ExecExit.class);
    }

    @ParameterizedTest
    @MethodSource("records")
    void aFullRecordIsWrittenAndReadAsTheLibraryDoes(Class<?> type) throws Exception {
        assertSame(sample(type, 0));
    }

    @ParameterizedTest
    @MethodSource("records")
    void aRecordWithoutValuesIsWrittenAndReadAsTheLibraryDoes(Class<?> type) throws Exception {
        byte[] nothing = "{}".getBytes(UTF_8);
        Object read = ours.read(type, nothing);
        assertThat(read).isEqualTo(library.type(type).fromJson(nothing));
        assertSame(read);
    }

    private void assertSame(Object record) throws Exception {
        assertThat(ours.write(record)).isEqualTo(library.toJson(record));
        assertThat(ours.writeBytes(record)).isEqualTo(library.toJsonBytes(record));
        assertThat(ours.writePretty(record)).isEqualTo(library.toJsonPretty(record));
        byte[] json = library.toJsonBytes(record);
        assertThat(ours.read(record.getClass(), json))
                .isEqualTo(library.type(record.getClass()).fromJson(json));
    }

    @Test
    void anAdapterIsMadeOnce() {
        RecordAdapters adapters = new RecordAdapters(JsonStream.builder().build());
        assertThat(adapters.adapter(Machine.class)).isSameAs(adapters.adapter(Machine.class));
        assertThat(adapters.<List<Machine>>adapter(Types.listOf(Machine.class)))
                .isSameAs(adapters.<List<Machine>>adapter(Types.listOf(Machine.class)));
    }

    @Test
    void whatIsNotOnTheWireHasNoAdapter() {
        RecordAdapters adapters = new RecordAdapters(JsonStream.builder().build());
        for (Class<?> type : List.of(DaemonAddress.class, Thread.class)) {
            assertThatThrownBy(() -> adapters.adapter(type))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(type.getName());
        }
        assertThatThrownBy(() -> adapters.adapter(Types.setOf(String.class)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> adapters.toJson(new Object())).isInstanceOf(UnsupportedOperationException.class);
    }

    /** A value for every component, each another one, so that no two can be mistaken for each other. */
    private static Object sample(Class<?> type, int depth) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] =
                    value(components[i].getGenericType(), components[i].getName() + "-é\"\n" + i, depth * 100 + i + 1);
        }
        Class<?>[] parameters =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
        var constructor = type.getDeclaredConstructor(parameters);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }

    private static Object value(Type type, String text, int number) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType collection) {
            Type last = collection.getActualTypeArguments()[collection.getActualTypeArguments().length - 1];
            Object element = value(last, text, number);
            return collection.getRawType() == List.class ? List.of(element) : Map.of(text, element);
        }
        if (type == String.class) {
            return text;
        }
        if (type == int.class || type == Integer.class) {
            return number;
        }
        if (type == long.class || type == Long.class) {
            return (1L << 40) + number;
        }
        if (type == double.class || type == Double.class) {
            return number + 0.5;
        }
        if (type == boolean.class || type == Boolean.class) {
            return number % 2 == 1;
        }
        if (type == OperationState.class) {
            return OperationState.CANCELLED;
        }
        return sample((Class<?>) type, number);
    }
}

package io.sistemo.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sistemo.store.ConstraintException;
import io.sistemo.store.Database;
import io.sistemo.store.StoreException;
import java.nio.file.Path;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which failures are told as the database's. */
class RefusalTest {
    @TempDir
    Path directory;

    @Test
    void aDatabaseThatFailsIsTold() {
        Refusal refusal =
                Refusal.ofDatabase(new StoreException("the database failed")).orElseThrow();
        assertThat(refusal.code()).isEqualTo(RefusalCode.HOST_UNUSABLE);
        assertThat(refusal.sentence()).contains("the database failed");
    }

    @Test
    void aBrokenRuleOfTheTablesIsNot() {
        try (Database database = Database.open(directory.resolve("sistemo.db"))) {
            Throwable broken = catchThrowable(() -> database.write(connection -> {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("CREATE TABLE once (word TEXT UNIQUE)");
                    return statement.executeUpdate("INSERT INTO once VALUES ('a'), ('a')");
                }
            }));
            assertThat(broken).isInstanceOf(ConstraintException.class);
            assertThat(Refusal.ofDatabase(broken)).isEmpty();
        }
    }
}

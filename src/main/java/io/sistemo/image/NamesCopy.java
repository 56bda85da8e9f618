package io.sistemo.image;

import io.sistemo.operation.Refusal;
import io.sistemo.store.Database;
import io.sistemo.store.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Keeps {@link ImageNames} beside the images as the rows are. The store's lock must be held. */
final class NamesCopy {
    private static final Logger LOGGER = System.getLogger(NamesCopy.class.getName());

    private NamesCopy() {}

    /** Writes it when it differs; that it cannot be written spoils nothing but a rebuild before the next time. */
    static void keep(Database database, ImageFiles files) {
        try {
            files.writeNames(database.read(ImageTable::all));
        } catch (Refusal e) {
            LOGGER.log(Level.WARNING, e.sentence());
        } catch (StoreException e) {
            LOGGER.log(Level.WARNING, "the names of the images cannot be copied: {0}", e.getMessage());
        }
    }
}

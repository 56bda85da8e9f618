package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class Ext4HeaderTest {
    private static final int SUPERBLOCK = 1024;
    private static final int MEBIBYTE = 1 << 20;

    private static ByteBuffer content() {
        ByteBuffer content = ByteBuffer.allocate(Ext4Header.LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        content.putShort(SUPERBLOCK + 0x38, (short) 0xEF53);
        content.putInt(SUPERBLOCK + 0x18, 2);
        content.putInt(SUPERBLOCK + 0x4, 256);
        return content;
    }

    private static FileHead head(ByteBuffer content) {
        return new FileHead(FileHead.Kind.REGULAR, content.remaining(), content.asReadOnlyBuffer());
    }

    @Test
    void theSizeIsBlocksOfItsOwnSize() {
        assertThat(Ext4Header.find(head(content()))).contains(new Ext4Header(MEBIBYTE));
        ByteBuffer small = content().putInt(SUPERBLOCK + 0x18, 0);
        assertThat(Ext4Header.find(head(small))).contains(new Ext4Header(MEBIBYTE / 4));
    }

    @Test
    void theUpperHalfOfTheCountIsReadOnlyWhereThereIsOne() {
        ByteBuffer content = content().putInt(SUPERBLOCK + 0x150, 1);
        assertThat(Ext4Header.find(head(content))).contains(new Ext4Header(MEBIBYTE));
        content.putInt(SUPERBLOCK + 0x60, 0x80);
        assertThat(Ext4Header.find(head(content))).contains(new Ext4Header((1L << 44) + MEBIBYTE));
    }

    @Test
    void nonsenseIsLargerThanEveryFile() {
        ByteBuffer blocks = content().putInt(SUPERBLOCK + 0x18, 60);
        assertThat(Ext4Header.find(head(blocks))).contains(new Ext4Header(Long.MAX_VALUE));
        ByteBuffer count = content().putInt(SUPERBLOCK + 0x60, 0x80).putInt(SUPERBLOCK + 0x150, -1);
        assertThat(Ext4Header.find(head(count))).contains(new Ext4Header(Long.MAX_VALUE));
    }

    @Test
    void whatLacksTheMarkOrIsShortIsNone() {
        assertThat(Ext4Header.find(head(content().putShort(SUPERBLOCK + 0x38, (short) 0))))
                .isEmpty();
        assertThat(Ext4Header.find(head(content().limit(Ext4Header.LENGTH - 1))))
                .isEmpty();
        assertThat(Ext4Header.find(head(ByteBuffer.allocate(0)))).isEmpty();
    }
}

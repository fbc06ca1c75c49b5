package testnode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;

/**
 * Prints what the files of all indexes below a folder hold, of deleted documents too: {@code Terms DATA}. First every
 * term of every dictionary, one a line, then every stored document.
 */
public final class Terms {
    public static void main(String[] args) throws IOException {
        List<Path> folders;
        try (var walked = Files.walk(Path.of(args[0]))) {
            folders = walked.filter(path -> path.endsWith("index") && Files.isDirectory(path)).toList();
        }
        for (Path folder : folders) {
            try (var directory = FSDirectory.open(folder)) {
                if (DirectoryReader.indexExists(directory)) {
                    try (var reader = DirectoryReader.open(directory)) {
                        for (LeafReaderContext leaf : reader.leaves()) {
                            print(leaf.reader());
                        }
                    }
                }
            }
        }
    }

    private static void print(LeafReader reader) throws IOException {
        var found = new TreeSet<String>();
        for (FieldInfo field : reader.getFieldInfos()) {
            var terms = reader.terms(field.name);
            if (terms != null) {
                var each = terms.iterator();
                for (BytesRef term = each.next(); term != null; term = each.next()) {
                    // An id of Elasticsearch is written in a form of its own.
                    found.add(field.name.equals("_id") ? org.elasticsearch.index.mapper.Uid.decodeId(
                        term.bytes, term.offset, term.length) : text(term));
                }
            }
            if (field.getDocValuesType() == DocValuesType.SORTED_SET) {
                var values = reader.getSortedSetDocValues(field.name);
                for (long ordinal = 0; ordinal < values.getValueCount(); ordinal++) {
                    found.add(text(values.lookupOrd(ordinal)));
                }
            }
        }
        found.forEach(System.out::println);
        for (int document = 0; document < reader.maxDoc(); document++) {
            for (var stored : reader.storedFields().document(document).getFields()) {
                if (stored.binaryValue() != null) {
                    System.out.println(text(stored.binaryValue()));
                }
            }
        }
    }

    private static String text(BytesRef bytes) {
        return new String(bytes.bytes, bytes.offset, bytes.length, java.nio.charset.StandardCharsets.UTF_8);
    }
}

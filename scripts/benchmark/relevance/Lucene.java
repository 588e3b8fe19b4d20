import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.cn.smart.SmartChineseAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/**
 * Answers query lines with Lucene: java -cp JARS Lucene.java ARTICLES LINES COUNT
 *
 * <p>ARTICLES has a headline, a tab and a body per line, LINES a query per line. Prints "setting, tab, numbers of the
 * COUNT best articles" for each line, one setting after the other. Ranking is Lucene's default, BM25.
 */
public final class Lucene {
    private static final String HEADLINE = "headline", BODY = "body", BOTH = "both";

    /** How many of a line's words an article must hold. */
    private static final Map<String, Double> SHARES = new LinkedHashMap<>();

    static {
        SHARES.put("OR", 0.0);
        SHARES.put("half", 0.5);
        SHARES.put("2/3", 2 / 3.0);
        SHARES.put("3/4", 0.75);
        SHARES.put("AND", 1.0);
    }

    /** How a word is looked up: in one field with headline and body, or in each, the headline weighted. */
    private static final Map<String, Float> FIELDS = new LinkedHashMap<>();

    static {
        FIELDS.put("one field", 0f);
        FIELDS.put("headline × 1", 1f);
        FIELDS.put("headline × 2", 2f);
    }

    public static void main(String[] arguments) throws IOException {
        List<String> articles = Files.readAllLines(Path.of(arguments[0]), StandardCharsets.UTF_8);
        List<String> lines = Files.readAllLines(Path.of(arguments[1]), StandardCharsets.UTF_8);
        int count = Integer.parseInt(arguments[2]);
        Map<String, Analyzer> analyzers = new LinkedHashMap<>();
        analyzers.put("smartcn", new SmartChineseAnalyzer());
        analyzers.put("CJK", new CJKAnalyzer());
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (Map.Entry<String, Analyzer> analyzer : analyzers.entrySet()) {
            try (Directory directory = index(articles, analyzer.getValue());
                    DirectoryReader reader = DirectoryReader.open(directory)) {
                answer(analyzer.getKey(), analyzer.getValue(), new IndexSearcher(reader), lines, count, out);
            }
        }
        out.flush();
    }

    private static Directory index(List<String> articles, Analyzer analyzer) throws IOException {
        Directory directory = new ByteBuffersDirectory();
        try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(analyzer))) {
            for (String article : articles) {
                String[] parts = article.split("\t", 2);
                Document document = new Document();
                document.add(new TextField(HEADLINE, parts[0], Field.Store.NO));
                document.add(new TextField(BODY, parts[1], Field.Store.NO));
                document.add(new TextField(BOTH, parts[0], Field.Store.NO));
                document.add(new TextField(BOTH, parts[1], Field.Store.NO));
                writer.addDocument(document);
            }
            writer.forceMerge(1); // numbers of documents are those of articles
        }
        return directory;
    }

    private static void answer(
            String name, Analyzer analyzer, IndexSearcher searcher, List<String> lines, int count, PrintStream out)
            throws IOException {
        List<Set<String>> asked = new ArrayList<>();
        for (String line : lines) {
            asked.add(words(analyzer, line));
        }
        for (Map.Entry<String, Double> share : SHARES.entrySet()) {
            for (Map.Entry<String, Float> fields : FIELDS.entrySet()) {
                for (Set<String> words : asked) {
                    Query query = query(words, share.getValue(), fields.getValue());
                    List<String> numbers = new ArrayList<>();
                    for (ScoreDoc hit : searcher.search(query, count).scoreDocs) {
                        numbers.add(Integer.toString(hit.doc));
                    }
                    String setting = "Lucene " + name + ", " + share.getKey() + ", " + fields.getKey();
                    out.println(setting + "\t" + String.join(" ", numbers));
                }
            }
        }
    }

    private static Set<String> words(Analyzer analyzer, String line) throws IOException {
        Set<String> words = new LinkedHashSet<>();
        try (TokenStream stream = analyzer.tokenStream(BODY, line)) {
            CharTermAttribute word = stream.addAttribute(CharTermAttribute.class);
            stream.reset();
            while (stream.incrementToken()) {
                words.add(word.toString());
            }
            stream.end();
        }
        return words;
    }

    private static Query query(Set<String> words, double share, float headlineWeight) {
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        for (String word : words) {
            all.add(word(word, headlineWeight), BooleanClause.Occur.SHOULD);
        }
        all.setMinimumNumberShouldMatch(Math.max(1, (int) (share * words.size() + 1e-9)));
        return all.build();
    }

    private static Query word(String word, float headlineWeight) {
        if (headlineWeight == 0) {
            return new TermQuery(new Term(BOTH, word));
        }
        Query headline = new TermQuery(new Term(HEADLINE, word));
        return new BooleanQuery.Builder()
                .add(new BoostQuery(headline, headlineWeight), BooleanClause.Occur.SHOULD)
                .add(new TermQuery(new Term(BODY, word)), BooleanClause.Occur.SHOULD)
                .build();
    }
}

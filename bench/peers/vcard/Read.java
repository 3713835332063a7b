// What ez-vcard reads: a line of JSON for each file named on standard input; with a number, how fast.
import ezvcard.Ezvcard;
import ezvcard.VCard;
import ezvcard.VCardVersion;
import ezvcard.property.*;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;

public class Read {
    static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : (text == null ? "" : text).toCharArray())
            if (c < 32 || c > 126 || c == '"' || c == '\\') out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        return out.append('"').toString();
    }

    static String list(List<String> members) {
        return "[" + String.join(",", members) + "]";
    }

    static String joined(List<String> members) {
        return quote(String.join(",", members));
    }

    static String card(VCard card) {
        List<String> fn = new ArrayList<>(), n = new ArrayList<>(), tel = new ArrayList<>();
        List<String> email = new ArrayList<>(), adr = new ArrayList<>(), photo = new ArrayList<>();
        for (FormattedName p : card.getFormattedNames()) fn.add(quote(p.getValue()));
        for (StructuredName p : card.getStructuredNames())
            n.add(list(List.of(quote(p.getFamily()), quote(p.getGiven()), joined(p.getAdditionalNames()),
                joined(p.getPrefixes()), joined(p.getSuffixes()))));
        for (Telephone p : card.getTelephoneNumbers())
            tel.add(quote(p.getText() != null ? p.getText() : String.valueOf(p.getUri())));
        for (Email p : card.getEmails()) email.add(quote(p.getValue()));
        for (Address p : card.getAddresses())
            adr.add(list(List.of(joined(p.getPoBoxes()), joined(p.getExtendedAddresses()),
                joined(p.getStreetAddresses()), joined(p.getLocalities()), joined(p.getRegions()),
                joined(p.getPostalCodes()), joined(p.getCountries()))));
        for (Photo p : card.getPhotos())
            photo.add(quote(p.getData() != null ? Base64.getEncoder().encodeToString(p.getData()) : p.getUrl()));
        return "{\"FN\":" + list(fn) + ",\"N\":" + list(n) + ",\"TEL\":" + list(tel) + ",\"EMAIL\":" + list(email)
            + ",\"ADR\":" + list(adr) + ",\"PHOTO\":" + list(photo) + "}";
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0) {
            time(Files.readString(Path.of(arguments[0])));
            return;
        }
        BufferedReader names = new BufferedReader(new InputStreamReader(System.in));
        for (String name; (name = names.readLine()) != null; ) {
            List<String> cards = new ArrayList<>();
            try {
                for (VCard card : Ezvcard.parse(new File(name)).all()) cards.add(card(card));
                System.out.println(list(cards));
            } catch (Exception fault) {
                System.out.println("null");
            }
        }
    }

    static void time(String data) {
        List<VCard> cards = Ezvcard.parse(data).all();
        for (int round = 0; round < 3; round++) { // the first rounds warm the virtual machine up
            Ezvcard.parse(data).all();
            Ezvcard.write(cards).version(VCardVersion.V3_0).prodId(false).go();
        }
        java.lang.management.ThreadMXBean thread = java.lang.management.ManagementFactory.getThreadMXBean();
        long start = thread.getCurrentThreadCpuTime();
        Ezvcard.parse(data).all();
        long read = thread.getCurrentThreadCpuTime();
        Ezvcard.write(cards).version(VCardVersion.V3_0).prodId(false).go();
        long written = thread.getCurrentThreadCpuTime();
        System.out.printf(Locale.ROOT, "%f %f%n", cards.size() * 1e9 / (read - start), cards.size() * 1e9 / (written - read));
    }
}

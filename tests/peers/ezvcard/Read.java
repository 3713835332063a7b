// Cards on standard input to one JSON array of what ez-vcard reads in them.

import ezvcard.Ezvcard;
import ezvcard.VCard;
import ezvcard.parameter.VCardParameter;
import ezvcard.property.Address;
import ezvcard.property.RawProperty;
import ezvcard.property.StructuredName;
import ezvcard.property.TextProperty;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class Read {
  public static void main(String[] arguments) throws Exception {
    var input = new InputStreamReader(System.in, StandardCharsets.UTF_8);
    var records = Ezvcard.parse(input).all().stream().map(Read::record);
    new PrintStream(System.out, true, StandardCharsets.UTF_8).println(array(records));
  }

  static String record(VCard card) {
    var fields = new ArrayList<String>();
    fields.add("\"version\":" + text(card.getVersion().getVersion()));
    fields.add("\"fn\":" + text(card.getFormattedName()));
    fields.add("\"n\":" + name(card.getStructuredName()));
    fields.add("\"org\":" + (card.getOrganization() == null ? "[\"\"]" : texts(card.getOrganization().getValues())));
    fields.add("\"title\":" + text(card.getTitles().isEmpty() ? null : card.getTitles().get(0)));
    fields.add("\"note\":" + text(card.getNotes().isEmpty() ? null : card.getNotes().get(0)));
    fields.add("\"tel\":" + array(card.getTelephoneNumbers().stream().map(it -> typed(text(it.getText()), it.getTypes()))));
    fields.add("\"email\":" + array(card.getEmails().stream().map(it -> typed(text(it.getValue()), it.getTypes()))));
    fields.add("\"adr\":" + array(card.getAddresses().stream().map(it -> typed(address(it), it.getTypes()))));
    fields.add("\"url\":" + array(card.getUrls().stream().map(it ->
        array(Stream.of(text(it.getValue()), label(card, it.getGroup()))))));
    return "{" + String.join(",", fields) + "}";
  }

  static String name(StructuredName name) {
    return array(Stream.of(text(name.getFamily()), text(name.getGiven()), text(all(name.getAdditionalNames())),
        text(all(name.getPrefixes())), text(all(name.getSuffixes()))));
  }

  static String address(Address it) {
    return array(Stream.of(it.getPoBox(), it.getExtendedAddress(), it.getStreetAddress(), it.getLocality(),
        it.getRegion(), it.getPostalCode(), it.getCountry()).map(Read::text));
  }

  static String label(VCard card, String group) {
    return card.getExtendedProperties("X-ABLabel").stream()
        .filter(it -> Objects.equals(it.getGroup(), group)).map(RawProperty::getValue).findFirst().map(Read::text).orElse("null");
  }

  static String typed(String value, List<? extends VCardParameter> types) {
    var sorted = types.stream().map(it -> it.getValue().toLowerCase()).sorted().collect(Collectors.toList());
    return "[" + value + "," + texts(sorted) + "]";
  }

  static String all(List<String> values) {
    return String.join(",", values);
  }

  static String text(TextProperty property) {
    return text(property == null ? null : property.getValue());
  }

  static String texts(List<String> values) {
    return array(values.stream().map(Read::text));
  }

  static String array(Stream<String> members) {
    return members.collect(Collectors.joining(",", "[", "]"));
  }

  static String text(String value) {
    var out = new StringBuilder("\"");
    for (char c : (value == null ? "" : value).toCharArray())
      out.append(c < ' ' || c == '"' || c == '\\' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
    return out.append('"').toString();
  }
}

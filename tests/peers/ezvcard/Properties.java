// Cards on standard input to a line of JSON for each of their properties as ez-vcard reads them: the number of the
// card, the name of the property, what it says without its parameters, and those.

import ezvcard.Ezvcard;
import ezvcard.parameter.VCardParameters;
import ezvcard.property.RawProperty;
import ezvcard.property.VCardProperty;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

class Properties {
  public static void main(String[] arguments) throws Exception {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var number = 0;
    for (var card : Ezvcard.parse(new InputStreamReader(System.in, StandardCharsets.UTF_8)).all()) {
      for (VCardProperty property : card.getProperties()) out.println(line(number, property));
      number++;
    }
  }

  static String line(int number, VCardProperty property) {
    var parameters = new StringBuilder();
    for (Map.Entry<String, List<String>> parameter : property.getParameters())
      for (String value : parameter.getValue())
        parameters.append(parameters.length() == 0 ? "" : ",").append("[" + text(parameter.getKey()) + "," + text(value) + "]");
    var name = property instanceof RawProperty ? ((RawProperty) property).getPropertyName() : property.getClass().getSimpleName();
    property.setParameters(new VCardParameters());
    property.setGroup(null);
    return "[" + number + "," + text(name) + "," + text(property.toString()) + ",[" + parameters + "]]";
  }

  static String text(String value) {
    return value.chars()
        .mapToObj(c -> c < ' ' || c == '"' || c == '\\' ? String.format("\\u%04x", c) : String.valueOf((char) c))
        .collect(Collectors.joining("", "\"", "\""));
  }
}

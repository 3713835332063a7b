// Contacts kept with the JDK's own HttpClient, which asks for HTTP/2 with each request: URL SID TOKEN KEY PHOTO.
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

public class JdkClient {
    static final HttpClient CLIENT = HttpClient.newHttpClient();
    static String credentials;

    static String ask(String step, String method, String where, BodyPublisher body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(where)).method(method, body);
        request.header("Authorization", credentials);
        if (headers.length > 0) request.headers(headers);
        var answer = CLIENT.send(request.build(), BodyHandlers.ofByteArray());
        System.out.println(step + " " + answer.statusCode() + " " + Base64.getEncoder().encodeToString(answer.body()));
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    static void part(ByteArrayOutputStream form, String head, byte[] data) throws IOException {
        form.write(("--between\r\nContent-Disposition: form-data; " + head + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        form.write(data);
        form.write("\r\n".getBytes(StandardCharsets.UTF_8));
    }

    public static void main(String[] args) throws Exception {
        String url = args[0], contacts = url + "/Advertisers/" + args[1] + "/Campaigns/1000/Contacts";
        byte[] pair = (args[1] + ":" + args[2]).getBytes(StandardCharsets.UTF_8);
        credentials = "Basic " + Base64.getEncoder().encodeToString(pair);
        String json = "{\"action\": \"createcontact\", \"name\": {\"first-name\": \"Zoë\", \"last-name\": \"Müller\"}}";
        ask("card", "POST", url + "/api/v2", BodyPublishers.ofString(json), "x-api-key", args[3]);
        String[][] fields = {
            {"FirstName", "Zoë"}, {"LastName", "Müller"}, {"EmailAddress", "zoe@example.com"}, {"Accounts", "10000"},
            {"Labels", "Main Contact,Zürich"},
        };
        var form = new ByteArrayOutputStream();
        for (String[] field : fields) {
            part(form, "name=\"" + field[0] + "\"", field[1].getBytes(StandardCharsets.UTF_8));
        }
        part(form, "name=\"ProfileImageFile\"; filename=\"photo.png\"\r\nContent-Type: image/png",
            Files.readAllBytes(Path.of(args[4])));
        form.write("--between--\r\n".getBytes(StandardCharsets.UTF_8));
        String made = ask("create", "POST", contacts, BodyPublishers.ofByteArray(form.toByteArray()),
            "Content-Type", "multipart/form-data; boundary=between");
        String contact = url + made.replaceAll(".*\"Uri\":\"([^\"]+)\".*", "$1");
        var none = BodyPublishers.noBody();
        ask("list", "GET", contacts + "?Search=" + URLEncoder.encode("zoë müller", StandardCharsets.UTF_8), none);
        ask("get", "GET", contact, none);
        ask("image", "GET", contact + "/ProfileImage", none);
        ask("update", "PUT", contact, BodyPublishers.ofString("Title=Chefin&LabelsAdd=Neu,Bern"),
            "Content-Type", "application/x-www-form-urlencoded");
        ask("after", "GET", contact, none);
        ask("delete", "DELETE", contact, none);
        ask("gone", "GET", contact, none);
    }
}

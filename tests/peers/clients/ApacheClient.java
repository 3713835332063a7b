// Contacts kept with Apache HttpClient 4, whose texts are in ISO-8859-1 unless they are told otherwise, and whose parts
// say how their octets are sent: URL SID TOKEN KEY PHOTO.
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.apache.http.auth.AuthScope;
import org.apache.http.auth.UsernamePasswordCredentials;
import org.apache.http.client.entity.UrlEncodedFormEntity;
import org.apache.http.client.methods.HttpDelete;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpPut;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.client.utils.URIBuilder;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.StringEntity;
import org.apache.http.entity.mime.MultipartEntityBuilder;
import org.apache.http.impl.client.BasicCredentialsProvider;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.message.BasicNameValuePair;
import org.apache.http.util.EntityUtils;

public class ApacheClient {
    static CloseableHttpClient client;

    static String ask(String step, HttpUriRequest request) throws Exception {
        try (var answer = client.execute(request)) {
            byte[] body = EntityUtils.toByteArray(answer.getEntity());
            System.out.println(step + " " + answer.getStatusLine().getStatusCode() + " "
                + Base64.getEncoder().encodeToString(body));
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    public static void main(String[] args) throws Exception {
        String url = args[0], contacts = url + "/Advertisers/" + args[1] + "/Campaigns/1000/Contacts";
        var credentials = new BasicCredentialsProvider();
        credentials.setCredentials(AuthScope.ANY, new UsernamePasswordCredentials(args[1], args[2]));
        client = HttpClients.custom().setDefaultCredentialsProvider(credentials).build();
        var card = new HttpPost(url + "/api/v2");
        card.setHeader("x-api-key", args[3]);
        card.setEntity(new StringEntity(
            "{\"action\": \"createcontact\", \"name\": {\"first-name\": \"Zoë\", \"last-name\": \"Müller\"}}",
            ContentType.APPLICATION_JSON));
        ask("card", card);
        var create = new HttpPost(contacts);
        create.setEntity(MultipartEntityBuilder.create()
            .addTextBody("FirstName", "Zoë")
            .addTextBody("LastName", "Müller")
            .addTextBody("EmailAddress", "zoe@example.com")
            .addTextBody("Accounts", "10000")
            .addTextBody("Labels", "Main Contact,Zürich", ContentType.create("text/plain", StandardCharsets.UTF_8))
            .addBinaryBody("ProfileImageFile", new File(args[4]))
            .build());
        String contact = url + ask("create", create).replaceAll(".*\"Uri\":\"([^\"]+)\".*", "$1");
        ask("list", new HttpGet(new URIBuilder(contacts).addParameter("Search", "zoë müller").build()));
        ask("get", new HttpGet(contact));
        ask("image", new HttpGet(contact + "/ProfileImage"));
        var update = new HttpPut(contact);
        update.setEntity(new UrlEncodedFormEntity(List.of(
            new BasicNameValuePair("Title", "Chefin"),
            new BasicNameValuePair("LabelsAdd", "Neu"),
            new BasicNameValuePair("LabelsAdd", "Bern"))));
        ask("update", update);
        ask("after", new HttpGet(contact));
        ask("delete", new HttpDelete(contact));
        ask("gone", new HttpGet(contact));
    }
}

<?php
// Contacts kept with Guzzle: URL SID TOKEN KEY PHOTO.
require_once 'GuzzleHttp/autoload.php';
[, $url, $sid, $token, $key, $photo] = $argv;
$contacts = "$url/Advertisers/$sid/Campaigns/1000/Contacts";
$client = new GuzzleHttp\Client(['auth' => [$sid, $token], 'http_errors' => false, 'timeout' => 30, 'proxy' => '']);

function say(string $step, Psr\Http\Message\ResponseInterface $answer): string
{
    $body = (string) $answer->getBody();
    echo $step, ' ', $answer->getStatusCode(), ' ', base64_encode($body), "\n";
    return $body;
}

say('card', $client->post("$url/api/v2", [
    'auth' => null,
    'headers' => ['x-api-key' => $key],
    'json' => ['action' => 'createcontact', 'name' => ['first-name' => 'Zoë', 'last-name' => 'Müller']],
]));
$made = say('create', $client->post($contacts, ['multipart' => [
    ['name' => 'FirstName', 'contents' => 'Zoë'],
    ['name' => 'LastName', 'contents' => 'Müller'],
    ['name' => 'EmailAddress', 'contents' => 'zoe@example.com'],
    ['name' => 'Accounts[]', 'contents' => '10000'],
    ['name' => 'Labels[]', 'contents' => 'Main Contact'],
    ['name' => 'Labels[]', 'contents' => 'Zürich'],
    ['name' => 'ProfileImageFile', 'contents' => fopen($photo, 'r')],
]]));
$contact = $url . json_decode($made)->Uri;
say('list', $client->get($contacts, ['query' => ['Search' => 'zoë müller']]));
say('get', $client->get($contact));
say('image', $client->get("$contact/ProfileImage"));
say('update', $client->put($contact, ['form_params' => ['Title' => 'Chefin', 'LabelsAdd' => ['Neu', 'Bern']]]));
say('after', $client->get($contact));
say('delete', $client->delete($contact));
say('gone', $client->get($contact));

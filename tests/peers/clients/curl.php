<?php
// Contacts kept with PHP's curl extension and CURLFile: URL SID TOKEN KEY PHOTO.
[, $url, $sid, $token, $key, $photo] = $argv;
$contacts = "$url/Advertisers/$sid/Campaigns/1000/Contacts";

function ask(string $step, string $where, array $options = []): string
{
    global $sid, $token;
    $handle = curl_init($where);
    curl_setopt_array($handle, $options + [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_USERPWD => "$sid:$token",
        CURLOPT_TIMEOUT => 30,
        CURLOPT_PROXY => '',
    ]);
    $body = curl_exec($handle);
    if ($body === false) {
        fwrite(STDERR, curl_error($handle));
        exit(1);
    }
    echo $step, ' ', curl_getinfo($handle, CURLINFO_RESPONSE_CODE), ' ', base64_encode($body), "\n";
    return $body;
}

ask('card', "$url/api/v2", [
    CURLOPT_POSTFIELDS => json_encode(['action' => 'createcontact', 'name' => ['first-name' => 'Zoë', 'last-name' => 'Müller']]),
    CURLOPT_HTTPHEADER => ["x-api-key: $key", 'Content-Type: application/json'],
]);
$made = ask('create', $contacts, [CURLOPT_POSTFIELDS => [
    'FirstName' => 'Zoë',
    'LastName' => 'Müller',
    'EmailAddress' => 'zoe@example.com',
    'Accounts' => '10000',
    'Labels[0]' => 'Main Contact',
    'Labels[1]' => 'Zürich',
    'ProfileImageFile' => new CURLFile($photo, 'image/png', 'Zoë.png'),
]]);
$contact = $url . json_decode($made)->Uri;
ask('list', "$contacts?" . http_build_query(['Search' => 'zoë müller']));
ask('get', $contact);
ask('image', "$contact/ProfileImage");
ask('update', $contact, [
    CURLOPT_CUSTOMREQUEST => 'PUT',
    CURLOPT_POSTFIELDS => http_build_query(['Title' => 'Chefin', 'LabelsAdd' => ['Neu', 'Bern']]),
]);
ask('after', $contact);
ask('delete', $contact, [CURLOPT_CUSTOMREQUEST => 'DELETE']);
ask('gone', $contact);

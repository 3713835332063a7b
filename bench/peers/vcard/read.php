<?php
// What sabre/vobject reads: a line of JSON for each file named on standard input; with a file, how fast.
require getenv('SABRE') ?: '/usr/share/php/Sabre/VObject/autoload.php';
use Sabre\VObject;

function cards($data) {
    $found = [];
    $splitter = new VObject\Splitter\VCard(fopen('data://text/plain;base64,' . base64_encode($data), 'r'), VObject\Reader::OPTION_FORGIVING);
    while ($card = $splitter->getNext()) $found[] = $card;
    return $found;
}

function texts($card, $name) {
    $found = [];
    foreach ($card->select($name) as $property) $found[] = is_array($value = $property->getValue()) ? implode(',', $value) : $value;
    return $found;
}

function parts($card, $name) {
    $found = [];
    foreach ($card->select($name) as $property) $found[] = array_map(fn($part) => implode(',', (array) $part), $property->getParts());
    return $found;
}

function photos($card) {
    $found = [];
    foreach ($card->select('PHOTO') as $property)
        $found[] = $property instanceof VObject\Property\Binary ? base64_encode($property->getValue()) : preg_replace('/^data:[^,]*base64,/', '', $property->getValue());
    return $found;
}

function processor() {
    $used = getrusage();
    return $used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec'] + ($used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec']) / 1e6;
}

if ($argc > 1) {
    $data = file_get_contents($argv[1]);
    $found = cards($data);
    $start = processor();
    cards($data);
    $read = processor();
    foreach ($found as $card) $card->serialize();
    $written = processor();
    echo count($found) / ($read - $start), ' ', count($found) / ($written - $read), "\n";
    exit;
}
while (($name = fgets(STDIN)) !== false) {
    try {
        $out = [];
        foreach (cards(file_get_contents(trim($name))) as $card)
            $out[] = ['FN' => texts($card, 'FN'), 'N' => parts($card, 'N'), 'TEL' => texts($card, 'TEL'),
                'EMAIL' => texts($card, 'EMAIL'), 'ADR' => parts($card, 'ADR'), 'PHOTO' => photos($card)];
        echo json_encode($out, JSON_INVALID_UTF8_SUBSTITUTE), "\n";
    } catch (Throwable $fault) {
        echo "null\n";
    }
}

<?php
// Reads a stream in one of the two ways that PHP has: php stream.php file_get_contents|curl URL KEY
[, $way, $url, $key] = $argv;
$headers = ["Authorization: Bearer $key", 'Content-Type: application/json'];
$body = json_encode(['query' => 'q']);

if ($way === 'file_get_contents') {
    $http = ['method' => 'POST', 'header' => $headers, 'content' => $body, 'protocol_version' => 1.1];
    echo file_get_contents($url, false, stream_context_create(['http' => $http]));
    exit;
}

$request = curl_init($url);
curl_setopt_array($request, [
    CURLOPT_HTTPHEADER => [...$headers, 'Connection: close'],
    CURLOPT_POSTFIELDS => $body,
    CURLOPT_RETURNTRANSFER => true,
]);
echo curl_exec($request);

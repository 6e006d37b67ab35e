//! Reads a stream with reqwest-eventsource as its documentation shows, but without closing it: asks, and reconnects
//! until the library gives up.
use futures::StreamExt;
use reqwest_eventsource::{Event, RequestBuilderExt};
use std::time::Duration;

async fn read(url: &str, key: &str, body: String) {
    let request = reqwest::Client::new()
        .post(url)
        .header("Authorization", format!("Bearer {key}"))
        .header("Content-Type", "application/json")
        .body(body);
    let mut source = request.eventsource().unwrap();
    while let Some(event) = source.next().await {
        match event {
            Ok(Event::Open) => {}
            Ok(Event::Message(message)) => println!("{}", message.data),
            Err(error) => eprintln!("{error}"),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut args = std::env::args().skip(1);
    let (url, key, body) = (args.next().unwrap(), args.next().unwrap(), args.next().unwrap());
    let _ = tokio::time::timeout(Duration::from_secs(12), read(&url, &key, body)).await;
}

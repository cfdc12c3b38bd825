//! How much is read, and what is given back.

use super::{Bodies, BodyError};

#[tokio::test]
async fn a_body_may_be_as_long_as_the_longest_and_no_longer() {
    let bodies = Bodies::new(4, 4);
    assert_eq!(bodies.read("four".into()).await.unwrap().bytes(), b"four");
    assert_eq!(bodies.read("fives".into()).await.unwrap_err(), BodyError::TooLong { longest: 4 });
}

#[tokio::test]
async fn bodies_share_their_room_and_give_it_back() {
    let bodies = Bodies::new(4, 6);
    let first = bodies.read("four".into()).await.unwrap();
    assert_eq!(bodies.read("four".into()).await.unwrap_err(), BodyError::NoRoom);
    let second = bodies.read("2.".into()).await.unwrap();
    drop((first, second));
    assert_eq!(bodies.read("four".into()).await.unwrap().bytes(), b"four");
}

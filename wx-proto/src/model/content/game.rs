//! Stickers that throw dice, or rock, paper or scissors.

use crate::coding::xml::Node;

/// What was thrown.
///
/// ```
/// use wx_proto::Game;
///
/// assert_eq!((Game::Dice(6).name(), Game::Dice(6).result()), ("dice", "6"));
/// assert_eq!((Game::Rock.name(), Game::Rock.result()), ("rock_paper_scissors", "rock"));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Game {
    /// The face of a die, 1 to 6.
    Dice(u8),
    /// Scissors.
    Scissors,
    /// A rock.
    Rock,
    /// Paper.
    Paper,
}

impl Game {
    /// From `<gameext type="2" content="9"/>` in an element: the faces of a die are 4 to 9.
    pub(super) fn find(node: &Node) -> Option<Self> {
        // Inside the sticker's element where that has no end.
        let ext = node.child("gameext").or_else(|| node.at("emoji/gameext"))?;
        match (ext.amount("type")?, ext.amount("content")?) {
            (1, 1) => Some(Self::Scissors),
            (1, 2) => Some(Self::Rock),
            (1, 3) => Some(Self::Paper),
            (2, face @ 4..=9) => u8::try_from(face.saturating_sub(3)).ok().map(Self::Dice),
            _ => None,
        }
    }

    /// The game, as a stable word for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dice(_) => "dice",
            Self::Scissors | Self::Rock | Self::Paper => "rock_paper_scissors",
        }
    }

    /// What came of it, as a stable word for programs.
    pub const fn result(self) -> &'static str {
        match self {
            Self::Dice(1) => "1",
            Self::Dice(2) => "2",
            Self::Dice(3) => "3",
            Self::Dice(4) => "4",
            Self::Dice(5) => "5",
            Self::Dice(6) => "6",
            Self::Dice(_) => "",
            Self::Scissors => "scissors",
            Self::Rock => "rock",
            Self::Paper => "paper",
        }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Dice(_) => "dice",
            Self::Scissors | Self::Rock | Self::Paper => "rock-paper-scissors",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_thrown() {
        let game = |kind, content| {
            Game::find(
                &Node::parse(&format!("<msg><gameext type=\"{kind}\" content=\"{content}\"/></msg>"))
                    .unwrap(),
            )
        };
        for face in 1..=6 {
            assert_eq!(game(2, face + 3), Some(Game::Dice(u8::try_from(face).unwrap())));
            assert_eq!(game(2, face + 3).unwrap().result(), face.to_string());
        }
        let hands = [1, 2, 3].map(|hand| game(1, hand).unwrap().result());
        assert_eq!(hands, ["scissors", "rock", "paper"]);
        for (kind, content) in [(0, 0), (1, 0), (1, 4), (2, 3), (2, 10), (3, 1), (-2, -4)] {
            assert_eq!(game(kind, content), None);
        }
        assert_eq!(Game::find(&Node::parse("<msg/>").unwrap()), None);
        let open = "<msg><emoji md5 = \"x\"> <gameext type=\"1\" content=\"3\" ></gameext></msg>";
        assert_eq!(Game::find(&Node::parse(open).unwrap()), Some(Game::Paper));
    }
}

#include "audit/note.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/random.h"
#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

using ::testing::HasSubstr;

// The example of the specification.
constexpr char kVkey[] = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
constexpr char kNote[] =
    "This is an example message.\n\n"
    "\xe2\x80\x94 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    "\n";
constexpr char kDash[] = "\xe2\x80\x94 ";

crypto::Ed25519PrivateKey Key(uint64_t seed) {
  SeededRandom random(seed);
  return crypto::Ed25519PrivateKey::Generate(random).value();
}

TEST(NoteTest, TheSpecificationsExampleVerifies) {
  const auto key = VerifierKey::FromText(kVkey);
  FUSIONHUB_ASSERT_OK(key);
  const auto note = ParseNote(kNote);
  FUSIONHUB_ASSERT_OK(note);
  EXPECT_EQ(note->text, "This is an example message.\n");
  FUSIONHUB_EXPECT_OK(VerifyNote(*note, *key));
  EXPECT_EQ(SerialiseNote(*note), kNote);
  EXPECT_EQ(key->ToText(), kVkey);
}

TEST(NoteTest, ASignedNoteVerifiesOnlyWithItsKey) {
  const auto key = Key(1);
  Note note{.text = "text\n", .signatures = {SignNote("text\n", "log", key)}};
  const auto vkey = VerifierKey::Create("log", KeyType::kEd25519, key.public_key()).value();
  const auto other = VerifierKey::Create("log", KeyType::kEd25519, Key(2).public_key()).value();
  const auto renamed = VerifierKey::Create("log2", KeyType::kEd25519, key.public_key()).value();
  FUSIONHUB_EXPECT_OK(VerifyNote(note, vkey));
  EXPECT_THAT(VerifyNote(note, other),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("no signature of log")));
  EXPECT_FALSE(VerifyNote(note, renamed).ok());
  note.text = "tezt\n";
  EXPECT_THAT(VerifyNote(note, vkey),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("does not fit")));
}

TEST(NoteTest, SignaturesOfOthersAreIgnoredWhateverTheyHold) {
  const auto key = Key(1);
  Note note{.text = "text\n", .signatures = {}};
  note.signatures.push_back({"other.example", 7, "not even a signature"});
  note.signatures.push_back({"log", 7, "same name, other id"});
  note.signatures.push_back(SignNote(note.text, "log", key));
  const auto parsed = ParseNote(SerialiseNote(note));
  FUSIONHUB_ASSERT_OK(parsed);
  EXPECT_EQ(parsed->signatures.size(), 3u);
  FUSIONHUB_EXPECT_OK(
      VerifyNote(*parsed, VerifierKey::Create("log", KeyType::kEd25519, key.public_key()).value()));
}

TEST(NoteTest, ASecondSignatureOfTheKeyMustVerifyToo) {
  const auto key = Key(1);
  const auto vkey = VerifierKey::Create("log", KeyType::kEd25519, key.public_key()).value();
  Note note{.text = "text\n", .signatures = {}};
  note.signatures.assign(2, SignNote(note.text, "log", key));
  FUSIONHUB_EXPECT_OK(VerifyNote(note, vkey));
  note.signatures[1].signature[3] ^= 1;
  EXPECT_FALSE(VerifyNote(note, vkey).ok());
}

TEST(NoteTest, TheTextMayHoldEmptyLines) {
  const Note note{.text = "a\n\nb\n", .signatures = {SignNote("a\n\nb\n", "log", Key(1))}};
  const auto parsed = ParseNote(SerialiseNote(note));
  FUSIONHUB_ASSERT_OK(parsed);
  EXPECT_EQ(parsed->text, "a\n\nb\n");
}

TEST(NoteTest, MalformedNotesAreRefused) {
  const std::string line = absl::StrCat(kDash, "log AAAAAAAA\n");
  FUSIONHUB_ASSERT_OK(ParseNote("text\n\n" + line));
  for (const std::string& bytes : std::vector<std::string>{
           std::string(), std::string("text\n"), "text\n" + line, "text\n\n", "text\n\n\n",
           "text\n\n" + line.substr(0, line.size() - 1), "text\n\n" + line + "\n",
           "text\n\n" + line + "more\n", "te\x01xt\n\n" + line, "te\txt\n\n" + line,
           "te\rxt\n\n" + line, "te\xffxt\n\n" + line, std::string("text\n\n- log AAAAAAAA\n"),
           absl::StrCat("text\n\n", kDash, "log  AAAAAAAA\n"),
           absl::StrCat("text\n\n", kDash, "log AAAAAA\n"),
           absl::StrCat("text\n\n", kDash, "AAAAAAAA\n"),
           absl::StrCat("text\n\n", kDash, "l+g AAAAAAAA\n"),
           absl::StrCat("text\n\n", kDash, "log AAAAAA==\n"),
           absl::StrCat("text\n\n", kDash, "l\xc2\xa0g AAAAAAAA\n")}) {
    EXPECT_FALSE(ParseNote(bytes).ok()) << bytes;
  }
}

TEST(NoteTest, NotesAreBounded) {
  const std::string line = absl::StrCat(kDash, "log AAAAAAAA\n");
  std::string many = "text\n\n";
  for (int i = 0; i < 64; ++i) many += line;
  FUSIONHUB_EXPECT_OK(ParseNote(many));
  EXPECT_FALSE(ParseNote(many + line).ok());
  EXPECT_FALSE(ParseNote(std::string(kMaxNoteSize, 'a') + "\n\n" + line).ok());
}

TEST(NoteTest, EveryFlippedBitOfANoteIsRefused) {
  const auto key = VerifierKey::FromText(kVkey).value();
  const std::string good = kNote;
  for (size_t i = 0; i < good.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      const auto note = ParseNote(bad);
      EXPECT_FALSE(note.ok() && VerifyNote(*note, key).ok()) << i << " " << bit;
    }
  }
}

TEST(NoteTest, AnAlteredVerifierKeyIsRefused) {
  for (const std::string& vkey : std::vector<std::string>{
           std::string(), std::string("example.com/foo"), std::string("example.com/foo+530d903a"),
           absl::StrReplaceAll(kVkey, {{"530d903a", "530d903b"}}),
           absl::StrReplaceAll(kVkey, {{"530d903a", "530D903A"}}),
           absl::StrReplaceAll(kVkey, {{"example.com/foo", "example.com/fop"}}),
           absl::StrReplaceAll(kVkey, {{"+Aeky", "+Beky"}}), std::string(kVkey) + "=",
           std::string(kVkey).substr(0, 60)}) {
    EXPECT_FALSE(VerifierKey::FromText(vkey).ok()) << vkey;
  }
}

TEST(NoteTest, KeyIdsDependOnTheType) {
  const auto key = Key(1).public_key();
  const auto note = VerifierKey::Create("a", KeyType::kEd25519, key).value();
  const auto cosignature = VerifierKey::Create("a", KeyType::kCosignature, key).value();
  EXPECT_NE(note.id(), cosignature.id());
  const auto parsed = VerifierKey::FromText(cosignature.ToText());
  FUSIONHUB_ASSERT_OK(parsed);
  EXPECT_EQ(parsed->type(), KeyType::kCosignature);
  EXPECT_FALSE(VerifyNote(Note{}, cosignature).ok());
}

}  // namespace
}  // namespace fusionhub::audit

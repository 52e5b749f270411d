// Tests keys, signatures and their text forms, with published values of RFC 8032.
#include "crypto/ed25519.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "absl/strings/escaping.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "crypto/digest.h"

namespace fusionhub::crypto {
namespace {

using ::testing::_;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// `openssl genpkey -algorithm x25519`: a private key, but not one that signs.
constexpr char kX25519Pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VuBCIEINBu9lfVWzHltcxJF5dmqfbfsGpgmLLhGJ0AY+HpYnR3\n"
    "-----END PRIVATE KEY-----\n";

// The seed of RFC 8032, 7.1, test 1.
class Rfc8032Random final : public Random {
 public:
  void Fill(absl::Span<uint8_t> out) override {
    const std::string seed =
        *FromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    std::copy(seed.begin(), seed.begin() + static_cast<std::ptrdiff_t>(out.size()), out.begin());
  }
};

Ed25519PrivateKey NewKey(uint64_t seed = 1) {
  SeededRandom random(seed);
  return *Ed25519PrivateKey::Generate(random);
}

std::string PemFile(const std::string& name, const std::string& content, int mode) {
  const std::string path = ::testing::TempDir() + "/" + name;
  EXPECT_THAT(WriteFileAtomically(path, content, mode, Durability::kUnsynced), IsOk());
  return path;
}

TEST(Ed25519Test, MatchesRfc8032) {
  Rfc8032Random random;
  const absl::StatusOr<Ed25519PrivateKey> key = Ed25519PrivateKey::Generate(random);
  FUSIONHUB_ASSERT_OK(key);
  EXPECT_EQ(ToHex(key->public_key().raw()),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  EXPECT_EQ(ToHex(key->Sign("")),
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e"
            "39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
}

TEST(Ed25519Test, VerifiesWhatItSigned) {
  const Ed25519PrivateKey key = NewKey();
  const std::string signature = key.Sign("a checkpoint");
  EXPECT_EQ(signature.size(), kEd25519SignatureSize);
  FUSIONHUB_EXPECT_OK(key.public_key().Verify("a checkpoint", signature));
}

TEST(Ed25519Test, RefusesAnotherMessageKeyOrSignature) {
  const Ed25519PrivateKey key = NewKey();
  const std::string signature = key.Sign("message");
  const auto refused = StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("not valid"));
  EXPECT_THAT(key.public_key().Verify("Message", signature), refused);
  EXPECT_THAT(key.public_key().Verify("", signature), refused);
  EXPECT_THAT(NewKey(2).public_key().Verify("message", signature), refused);
  for (size_t bit = 0; bit < signature.size() * 8; ++bit) {
    std::string damaged = signature;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_THAT(key.public_key().Verify("message", damaged), refused) << bit;
  }
}

TEST(Ed25519Test, RefusesASignatureOfAnotherSize) {
  const Ed25519PrivateKey key = NewKey();
  const std::string signature = key.Sign("message");
  for (const std::string& other : {std::string(), signature.substr(0, 63), signature + "x"}) {
    EXPECT_THAT(key.public_key().Verify("message", other),
                StatusIs(absl::StatusCode::kUnauthenticated, _));
  }
}

TEST(Ed25519PublicKeyTest, TakesExactly32Bytes) {
  for (const size_t size : {0, 31, 33, 64}) {
    EXPECT_THAT(Ed25519PublicKey::FromRaw(std::string(size, 'x')),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("32 bytes")));
  }
}

TEST(Ed25519PublicKeyTest, TextGoesThereAndBack) {
  const Ed25519PublicKey key = NewKey().public_key();
  EXPECT_THAT(key.ToText(), StartsWith("ed25519:"));
  const absl::StatusOr<Ed25519PublicKey> again = Ed25519PublicKey::FromText(key.ToText());
  FUSIONHUB_ASSERT_OK(again);
  EXPECT_EQ(again->raw(), key.raw());
}

TEST(Ed25519PublicKeyTest, RefusesEveryOtherSpelling) {
  const std::string text = NewKey().public_key().ToText();
  const std::string base64 = text.substr(8);
  const std::string unpadded = text.substr(0, text.size() - 1);
  for (const std::string& other :
       {std::string(), base64, "ED25519:" + base64, "ed25519: " + base64, text + "\n", unpadded,
        "ed25519:" + ToHex(NewKey().public_key().raw()), "ed25519:" + absl::Base64Escape("short"),
        std::string("ed25519:"), "ed25519:!" + base64.substr(1)}) {
    EXPECT_THAT(Ed25519PublicKey::FromText(other), StatusIs(absl::StatusCode::kInvalidArgument, _))
        << other;
  }
}

TEST(Ed25519PrivateKeyTest, PemGoesThereAndBack) {
  const Ed25519PrivateKey key = NewKey();
  EXPECT_THAT(key.ToPem(), StartsWith("-----BEGIN PRIVATE KEY-----"));
  const absl::StatusOr<Ed25519PrivateKey> again = Ed25519PrivateKey::FromPem(key.ToPem());
  FUSIONHUB_ASSERT_OK(again);
  EXPECT_EQ(again->public_key().raw(), key.public_key().raw());
  FUSIONHUB_EXPECT_OK(key.public_key().Verify("m", again->Sign("m")));
}

TEST(Ed25519PrivateKeyTest, RefusesWhatIsNotItsPem) {
  for (const std::string& pem :
       {std::string(), std::string("rubbish"), NewKey().ToPem().substr(0, 60),
        std::string("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE "
                    "KEY-----\n"),
        std::string(20000, 'x')}) {
    EXPECT_THAT(Ed25519PrivateKey::FromPem(pem), StatusIs(absl::StatusCode::kInvalidArgument, _));
  }
}

TEST(Ed25519PrivateKeyTest, RefusesAKeyOfAnotherKind) {
  EXPECT_THAT(Ed25519PrivateKey::FromPem(kX25519Pem),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not an Ed25519 key")));
}

TEST(Ed25519PrivateKeyTest, ReadsAFileForItsOwnerAndGroup) {
  const Ed25519PrivateKey key = NewKey();
  for (const int mode : {0600, 0640}) {
    const absl::StatusOr<Ed25519PrivateKey> read =
        Ed25519PrivateKey::FromPemFile(PemFile("closed.pem", key.ToPem(), mode));
    FUSIONHUB_ASSERT_OK(read);
    EXPECT_EQ(read->public_key().raw(), key.public_key().raw());
  }
}

TEST(Ed25519PrivateKeyTest, RefusesAFileOpenToOthers) {
  for (const int mode : {0644, 0604, 0602, 0601}) {
    EXPECT_THAT(Ed25519PrivateKey::FromPemFile(PemFile("open.pem", NewKey().ToPem(), mode)),
                StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("chmod o-rwx")));
  }
}

TEST(Ed25519PrivateKeyTest, ErrorsNameTheFileAndNotItsContent) {
  EXPECT_THAT(Ed25519PrivateKey::FromPemFile(::testing::TempDir() + "/absent.pem"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("absent.pem")));
  const absl::StatusOr<Ed25519PrivateKey> bad =
      Ed25519PrivateKey::FromPemFile(PemFile("bad.pem", "my secret", 0600));
  EXPECT_THAT(bad, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("bad.pem")));
  EXPECT_THAT(bad,
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::Not(HasSubstr("my secret"))));
}

}  // namespace
}  // namespace fusionhub::crypto

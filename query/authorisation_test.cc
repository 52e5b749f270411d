// Tests of authorisations: who may sign, for what, and for how long.
#include "query/authorisation.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/status_matchers.h"
#include "query/error_detail.h"
#include "query/timestamp.h"

namespace fusionhub::query {
namespace {

using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

class AuthorisationTest : public ::testing::Test {
 protected:
  AuthorisationTest() {
    owner_.id = "slmpd";
    AddOfficer("slmpd-chief", {"signatory", "chief_or_designee", "smrt_administrator"}, chief_);
    AddOfficer("slmpd-signatory", {"signatory"}, signatory_);
    authorisation_.set_authorisation_id("hold-1");
    authorisation_.set_question_digest(crypto::ToString(question_));
    authorisation_.set_owner("slmpd");
    authorisation_.set_key_id("slmpd-chief");
    authorisation_.set_reason("robbery series, seen the case file");
    *authorisation_.mutable_signed_at() = ToProto(kNow);
    *authorisation_.mutable_expires_at() = ToProto(kNow + absl::Hours(72));
  }

  void AddOfficer(const std::string& key_id, std::vector<std::string> roles,
                  const crypto::Ed25519PrivateKey& key) {
    owner_.officer_keys.push_back({.key_id = key_id,
                                   .title = "an officer",
                                   .roles = std::move(roles),
                                   .key = key.public_key()});
  }
  absl::StatusOr<std::vector<policy::VerifiedApproval>> Verify(
      const v1::SignedAuthorisation& authorisation, absl::Time now = kNow) const {
    return VerifyAuthorisation(authorisation, owner_, question_, now);
  }
  v1::SignedAuthorisation Sign() const { return *SignAuthorisation(authorisation_, chief_); }
  std::string Reason(const v1::SignedAuthorisation& authorisation, absl::Time now = kNow) const {
    return ReasonOf(Verify(authorisation, now).status());
  }
  // Signs without SignAuthorisation's own checks.
  v1::SignedAuthorisation SignBytes(const std::string& bytes) const {
    v1::SignedAuthorisation out;
    out.set_authorisation(bytes);
    out.set_signature(chief_.Sign("fusionhub/authorisation/v1\n" + bytes));
    return out;
  }

  SeededRandom random_{5};
  const crypto::Ed25519PrivateKey chief_ = *crypto::Ed25519PrivateKey::Generate(random_);
  const crypto::Ed25519PrivateKey signatory_ = *crypto::Ed25519PrivateKey::Generate(random_);
  const crypto::Digest question_ = crypto::Sha256("question");
  policy::Agency owner_;
  v1::Authorisation authorisation_;
};

TEST_F(AuthorisationTest, ApprovesInEveryOfficeOfTheKey) {
  const auto approvals = Verify(Sign());
  FUSIONHUB_ASSERT_OK(approvals);
  ASSERT_EQ(approvals->size(), 2u);
  EXPECT_EQ((*approvals)[0].role, "chief_or_designee");
  EXPECT_EQ((*approvals)[1].role, "smrt_administrator");
  EXPECT_EQ((*approvals)[0].authorisation_id, "hold-1");
  EXPECT_EQ((*approvals)[0].key_id, "slmpd-chief");
  EXPECT_EQ((*approvals)[0].expires_at, kNow + absl::Hours(72));
}

TEST_F(AuthorisationTest, ASignatoryDoesNotApprove) {
  authorisation_.set_key_id("slmpd-signatory");
  const auto signed_by_signatory = SignAuthorisation(authorisation_, signatory_);
  EXPECT_THAT(Verify(*signed_by_signatory),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("no role")));
}

TEST_F(AuthorisationTest, RefusesAnotherQuestion) {
  authorisation_.set_question_digest(crypto::ToString(crypto::Sha256("another")));
  EXPECT_EQ(Reason(Sign()), kAuthorisationOtherQuestion);
}

TEST_F(AuthorisationTest, RefusesAnotherOwner) {
  authorisation_.set_owner("st_charles_pd");
  EXPECT_EQ(Reason(Sign()), kAuthorisationOtherOwner);
}

TEST_F(AuthorisationTest, RefusesAKeyThatTheOwnerDoesNotHave) {
  authorisation_.set_key_id("st-charles-chief");
  EXPECT_EQ(Reason(Sign()), kAuthorisationBadSignature);
}

TEST_F(AuthorisationTest, RefusesAForgedSignature) {
  v1::SignedAuthorisation forged = *SignAuthorisation(authorisation_, signatory_);
  EXPECT_EQ(Reason(forged), kAuthorisationBadSignature);
  forged.clear_signature();
  EXPECT_EQ(Reason(forged), kAuthorisationBadSignature);
  // A signature over the bytes without their context is for something else.
  forged.set_signature(chief_.Sign(forged.authorisation()));
  EXPECT_EQ(Reason(forged), kAuthorisationBadSignature);
}

TEST_F(AuthorisationTest, RefusesEveryChangedByte) {
  const v1::SignedAuthorisation valid = Sign();
  for (size_t i = 0; i < valid.authorisation().size(); ++i) {
    v1::SignedAuthorisation changed = valid;
    (*changed.mutable_authorisation())[i] ^= 1;
    EXPECT_THAT(Verify(changed), ::testing::Not(IsOk())) << i;
  }
}

TEST_F(AuthorisationTest, HoldsFromSignatureToExpiry) {
  const v1::SignedAuthorisation valid = Sign();
  const absl::Time end = kNow + absl::Hours(72);
  FUSIONHUB_EXPECT_OK(Verify(valid, end - absl::Nanoseconds(1)));
  EXPECT_EQ(Reason(valid, end), kAuthorisationExpired);
  FUSIONHUB_EXPECT_OK(Verify(valid, kNow - absl::Seconds(30)));
  EXPECT_EQ(Reason(valid, kNow - absl::Seconds(31)), kAuthorisationExpired);
}

TEST_F(AuthorisationTest, RefusesMalformedAuthorisations) {
  const std::vector<void (*)(v1::Authorisation&)> spoilers = {
      [](v1::Authorisation& a) { a.clear_authorisation_id(); },
      [](v1::Authorisation& a) { a.set_question_digest("short"); },
      [](v1::Authorisation& a) { a.set_owner("SLMPD"); },
      [](v1::Authorisation& a) { a.clear_key_id(); },
      [](v1::Authorisation& a) { a.clear_reason(); },
      [](v1::Authorisation& a) { a.set_reason(std::string(2001, 'x')); },
      [](v1::Authorisation& a) { a.clear_signed_at(); },
      [](v1::Authorisation& a) { a.clear_expires_at(); },
      [](v1::Authorisation& a) { a.mutable_expires_at()->set_nanos(-1); },
      [](v1::Authorisation& a) { *a.mutable_expires_at() = a.signed_at(); },
      [](v1::Authorisation& a) {
        a.mutable_expires_at()->set_seconds(a.signed_at().seconds() + 31 * 86400);
      },
      [](v1::Authorisation& a) { a.GetReflection()->MutableUnknownFields(&a)->AddVarint(99, 1); }};
  for (size_t i = 0; i < spoilers.size(); ++i) {
    v1::Authorisation spoiled = authorisation_;
    spoilers[i](spoiled);
    EXPECT_THAT(SignAuthorisation(spoiled, chief_), ::testing::Not(IsOk())) << i;
    EXPECT_EQ(Reason(SignBytes(spoiled.SerializeAsString())), kAuthorisationMalformed) << i;
  }
}

TEST_F(AuthorisationTest, RefusesRubbish) {
  for (const std::string& bytes :
       {std::string(), std::string("\xFF\xFF"), std::string(5000, 'x')}) {
    EXPECT_EQ(Reason(SignBytes(bytes)), kAuthorisationMalformed);
  }
}

}  // namespace
}  // namespace fusionhub::query

"""What people do with quizzes: write them (authoring, checks, versions, loading), answer checks (inline), take tests
(taking, answering, closing, drawing, deadlines), and own what they answered (privacy)."""
